"""Tells from the text of a method that it only fills its object, or looks an attribute up in it.

What `audited_hooks.toml` names was read by a person. Most of the others are of a few forms, which
are read here, statement by statement; whatever is not of these forms is declined. What is known of
the object is what `audited_states` asks for: it is empty when a method is looked up in it, and its
state is a plain container.
"""

# each form has its own answer
# ruff: noqa: PLR0911

import ast

# what a `__getattr__` or `__new__` may call
_CALLED = {
    "AttributeError", "NotImplementedError", "TypeError", "ValueError", "super", "type",
    "isinstance", "getattr", "hasattr", "repr", "str", "len",
}  # fmt: skip
_METHODS = {
    "startswith",
    "endswith",
    "format",
    "__getattr__",
    "__getattribute__",
    "__new__",
    "get",
    "__repr__",
}
_MADE = {
    "threading.Lock", "threading.RLock", "threading.local", "threading.Event", "Lock", "RLock",
    "dict", "list", "set", "logging.getLogger", "getLogger", "multiprocessing.Lock", "OrderedDict",
    "collections.OrderedDict", "object",
}  # fmt: skip
_KEEPERS = {"weakref.ref", "itertools.count", "count"}  # they keep what they are given
HANDED = ("__setstate__", "__new__", "__getattr__", "__getattribute__")


def uses_super(text: str) -> bool:
    """Whether a method hands on to those below it."""
    return "super" in text or any(f".{word}(" in text for word in HANDED)


def sets_nothing(text: str) -> bool:
    """Whether a method, whose text is known, changes `__dict__` only and sets no attribute."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return False
    stored = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    return bool(text) and not stored and "setattr" not in text and "super" not in text


def is_harmless(name: str, text: str, setters: list[str]) -> bool:
    """Whether a method of that name is of a form that is known."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return False
    function = body[0] if len(body) == 1 else None
    if not isinstance(function, ast.FunctionDef) or function.name != name.rpartition(".")[2]:
        return False
    if any(
        not isinstance(item, ast.Name) or item.id not in ("staticmethod", "override")
        for item in function.decorator_list
    ):
        return False
    if name.endswith((".__getattr__", ".__getattribute__")):
        guarded = name.endswith(".__getattr__") and _refuses(function)
        return guarded or all(map(_looks_up, ast.walk(function)))
    if name.endswith(".__setstate__") and len(function.args.args) == 2:
        self, state = (arg.arg for arg in function.args.args)
        return all(_fills(item, self, state, setters) for item in function.body)
    if name.endswith(".__new__"):
        return _makes(function)
    return False


def _refuses(function: ast.FunctionDef) -> bool:
    """Whether a `__getattr__` first refuses every name that starts as those of Python do."""
    texts = [isinstance(item, ast.Expr) and _is_text(item.value) for item in function.body[:1]]
    body = function.body[1:] if any(texts) else function.body
    first = body[0] if body else None
    if not isinstance(first, ast.If) or len(function.args.args) != 2:
        return False
    name = function.args.args[1].arg
    while _is_of_one_name(first, name):
        first = first.orelse[0]
        if not isinstance(first, ast.If):
            return False
    told = {ast.unparse(item) for item in _alternatives(first.test)}
    asked = {f"{name}.startswith({word!r})" for word in ("_", "__")} | {f"{name} == '__setstate__'"}
    listed = [
        ast.unparse(item.left) == name and "'__setstate__'" in ast.unparse(item.comparators[0])
        for item in _alternatives(first.test)
        if isinstance(item, ast.Compare) and isinstance(item.ops[0], ast.In)
    ]
    if not all(map(_looks_up, ast.walk(first.test))):
        return False
    if not any(listed) and not told & {*asked, f"{name}[0] == '_'", f"{name}[:2] == '__'"}:
        return False
    if isinstance(first.body[0], ast.Return) and first.body[0].value is not None:
        told = ast.unparse(first.body[0].value)
        if told == f"{function.args.args[0].arg}.__getattribute__({name})":  # which found nothing
            return True
        return told.startswith("super(") and told.endswith(f").__getattr__({name})")
    raised = first.body[0].exc if isinstance(first.body[0], ast.Raise) else None
    made = raised.func if isinstance(raised, ast.Call) else raised
    plain = raised is not None and all(map(_looks_up, ast.walk(raised)))
    return plain and made is not None and ast.unparse(made) == "AttributeError"


def _is_of_one_name(node: ast.If, name: str) -> bool:
    """Whether a condition asks for one name, of which it says that it is none, and goes on."""
    asked = isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], ast.Eq)
    raised = len(node.body) == 1 and isinstance(node.body[0], ast.Raise)
    plain = raised and all(map(_looks_up, ast.walk(node.body[0])))
    known = asked and ast.unparse(node.test).startswith(f"{name} == ")
    return known and plain and len(node.orelse) == 1


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _alternatives(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]


def _looks_up(node: ast.AST) -> bool:
    """Judge a part of `__getattr__`: of an empty object it finds nothing by a name of Python."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in _CALLED
        return isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS
    return not isinstance(
        node,
        (
            ast.Import,
            ast.ImportFrom,
            ast.With,
            ast.Await,
            ast.Yield,
            ast.Delete,
            ast.Global,
            ast.Lambda,
            ast.AsyncFor,
            ast.While,
        ),
    )


def _fills(node: ast.stmt, self: str, state: str, setters: list[str]) -> bool:
    """Judge a statement of `__setstate__`."""
    if isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return True
    if isinstance(node, ast.Return):
        return node.value is None or _is_plain(node.value, state)
    if isinstance(node, ast.If):
        return _is_asked(node.test, self, state) and all(
            _fills(item, self, state, setters) for item in node.body + node.orelse
        )
    if isinstance(node, ast.Delete):
        return all(
            isinstance(item, ast.Subscript) and _is_name(item.value, state) for item in node.targets
        )
    if isinstance(node, ast.Assign):
        return (
            len(node.targets) == 1
            and _is_target(node.targets[0], self, state, setters)
            and _is_plain(node.value, state)
        )
    if isinstance(node, ast.For) and not node.orelse:
        return _is_loop(node, self, state, setters)
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and _is_update(node.value, self, state)
    )


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_dict(node: ast.AST, self: str) -> bool:
    return ast.unparse(node) == f"vars({self})" or (
        isinstance(node, ast.Attribute) and node.attr == "__dict__" and _is_name(node.value, self)
    )


def _is_target(node: ast.AST, self: str, state: str, setters: list[str]) -> bool:
    if isinstance(node, ast.Tuple):
        return all(_is_target(item, self, state, setters) for item in node.elts)
    if isinstance(node, ast.Attribute):
        return _is_name(node.value, self) and node.attr not in (*setters, "__class__")
    if isinstance(node, ast.Subscript):
        return (_is_name(node.value, state) or _is_dict(node.value, self)) and isinstance(
            node.slice, ast.Constant
        )
    return _is_name(node, state)


def _is_plain(node: ast.AST, state: str) -> bool:
    """Whether an expression is a constant, the state, or a part of it."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(_is_plain(item, state) for item in node.elts)
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.Subscript):
        return _is_name(node.value, state) and isinstance(node.slice, (ast.Constant, ast.Slice))
    if isinstance(node, ast.Call):
        if _is_name(node.func, "dict") and len(node.args) == 1 and not node.keywords:
            return _is_name(node.args[0], state)
        if ast.unparse(node.func) in _KEEPERS and len(node.args) == 1 and not node.keywords:
            return _is_plain(node.args[0], state)
        if ast.unparse(node.func) in _MADE and not node.keywords:
            return all(
                isinstance(arg, ast.Constant) or _is_name(arg, "__name__") for arg in node.args
            )
        of_state = isinstance(node.func, ast.Attribute) and _is_name(node.func.value, state)
        plain = all(_is_plain(item, state) for item in node.args) and not node.keywords
        return of_state and node.func.attr in ("copy", "pop", "get") and plain
    return isinstance(node, ast.Constant) or _is_name(node, state)


def _is_asked(node: ast.AST, self: str, state: str) -> bool:
    """Whether a condition asks whether a name is in the state, or what kind the state is of."""
    if isinstance(node, ast.BoolOp):
        return all(_is_asked(item, self, state) for item in node.values)
    if isinstance(node, ast.UnaryOp):
        return _is_asked(node.operand, self, state)
    if isinstance(node, ast.Compare):
        of_state = all(_is_name(item, state) or _is_dict(item, self) for item in node.comparators)
        names = isinstance(node.left, ast.Constant) and isinstance(node.ops[0], (ast.In, ast.NotIn))
        nothing = _is_name(node.left, state) and isinstance(node.ops[0], (ast.Is, ast.IsNot))
        return (names and of_state) or nothing
    if isinstance(node, ast.Call):
        return (
            _is_name(node.func, "isinstance")
            and _is_name(node.args[0], state)
            and isinstance(node.args[1], ast.Name)
        )
    return False


def _is_update(node: ast.Call, self: str, state: str) -> bool:
    if not isinstance(node.func, ast.Attribute):
        return False
    of, name = node.func.value, node.func.attr
    plain = all(_is_plain(item, state) for item in node.args) and not node.keywords
    if _is_dict(of, self) or _is_name(of, state):
        return name in ("update", "pop", "setdefault") and plain
    handed = isinstance(of, ast.Call) and _is_name(of.func, "super") and name == "__setstate__"
    return handed and plain


def _is_loop(node: ast.For, self: str, state: str, setters: list[str]) -> bool:
    """Judge a loop over the items of the state, which sets each in the object."""
    over = isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Attribute)
    if not over or not _is_name(node.iter.func.value, state) or node.iter.func.attr != "items":
        return False
    if not isinstance(node.target, ast.Tuple) or len(node.body) != 1:
        return False
    made = node.body[0]
    names = [*map(ast.unparse, node.target.elts)]
    if isinstance(made, ast.Assign):
        return ast.unparse(made) == "{}.__dict__[{}] = {}".format(self, *names)
    if setters:
        return False
    call = made.value if isinstance(made, ast.Expr) and isinstance(made.value, ast.Call) else None
    return (
        call is not None
        and (_is_name(call.func, "setattr") or ast.unparse(call.func) == "object.__setattr__")
        and [ast.unparse(arg) for arg in call.args] == [self, *names]
    )


def _makes(function: ast.FunctionDef) -> bool:
    """Judge `__new__`: it makes the object, and sets constants in it."""
    for node in (node for item in function.body for node in ast.walk(item)):
        if isinstance(node, ast.Call):
            told = ast.unparse(node.func)
            if told not in (
                "super",
                "object.__new__",
                "super().__new__",
                "TypeError",
                "NotImplementedError",
            ) and not (told.startswith("super(") and told.endswith(").__new__")):
                return False
        if isinstance(
            node,
            (
                ast.Import,
                ast.ImportFrom,
                ast.With,
                ast.Delete,
                ast.Global,
                ast.Lambda,
                ast.For,
                ast.While,
                ast.Subscript,
            ),
        ):
            return False
    return True
