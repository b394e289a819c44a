"""The pickle machine's opcodes for containers, globals and objects: https://docs.python.org/3/library/pickletools.html."""

import itertools
from typing import Any, Callable, List, Sequence, Tuple

from .pickle_scalars import I32, U16, Scalars, kind_of
from .pickle_values import (
    FEW,
    PLAIN_KEYS,
    Blob,
    Call,
    Extension,
    FrozenSetItems,
    Global,
    Items,
    ListItems,
    Malformed,
    Opaque,
    Pairs,
    Persistent,
    SetItems,
    TupleItems,
)

_DTYPE = "numpy.dtype"  # an array that has one keeps it: filled later, it says other things of it
_DTYPES = (_DTYPE, "numpy._core._internal._convert_to_stringdtype_kwargs")
CREATES = "_create_array"  # a function of dill's
_BYTES_AT = 4  # in the state of an array
_ARRAYS = ("._reconstruct", "._mareconstruct")
_BYTES = ("_codecs.encode", "builtins.bytes", "__builtin__.bytes")
_FIELDS = 1000  # types that stand in one type


class Objects(Scalars):
    """A machine with a method for every opcode that is rare or takes thought."""

    __slots__ = ()

    # containers

    def hash(self, keys: Sequence[Any]) -> None:
        """Note what is hashed, and compared with keys of the same hash, where it is not plain."""
        self.stream.hashed += [key for key in keys if type(key) not in PLAIN_KEYS]

    def table(self, holder: Any) -> None:
        """Note what holds many keys."""
        if not self.stream.tables or self.stream.tables[-1] is not holder:
            self.stream.tables.append(holder)

    def pop_mark(self) -> List[Any]:
        """Return what stands above the last MARK."""
        items = self.stack
        self.stack = self.metastack.pop()
        return items

    def op_pop(self, pos: int) -> int:
        """Run POP."""
        if self.stack:
            self.stack.pop()
        else:
            self.pop_mark()
        return pos

    def op_pop_mark(self, pos: int) -> int:
        """Run POP_MARK."""
        self.pop_mark()
        return pos

    def op_dup(self, pos: int) -> int:
        """Run DUP."""
        self.stack.append(self.stack[-1])
        return pos

    def op_empty_set(self, pos: int) -> int:
        """Run EMPTY_SET."""
        self.stack.append(SetItems())
        return pos

    def op_list(self, pos: int) -> int:
        """Run LIST."""
        items = self.pop_mark()
        self.stack.append(ListItems(items))
        return pos

    def op_frozenset(self, pos: int) -> int:
        """Run FROZENSET."""
        items = self.pop_mark()
        self.hash(items)
        self.stack.append(FrozenSetItems(items))
        if len(items) > FEW:
            self.table(self.stack[-1])
        return pos

    def op_dict(self, pos: int) -> int:
        """Run DICT."""
        pairs = self.in_pairs(self.pop_mark())
        self.stack.append(Pairs(pairs))
        if len(pairs) > FEW:
            self.table(self.stack[-1])
        return pos

    def in_pairs(self, items: List[Any]) -> List[Tuple[Any, Any]]:
        """Return keys with their values."""
        if len(items) % 2:
            raise Malformed("a key without a value", self.at)
        self.hash(items[::2])
        in_turn = iter(items)
        return list(zip(in_turn, in_turn))  # noqa: B905 `strict` came with 3.10

    def op_append(self, pos: int) -> int:
        """Run APPEND."""
        value = self.stack.pop()
        self.extend(self.stack[-1], [value])
        return pos

    def op_appends(self, pos: int) -> int:
        """Run APPENDS."""
        items = self.pop_mark()
        self.extend(self.stack[-1], items)
        return pos

    def extend(self, target: Any, items: List[Any]) -> None:
        """Put items at the end of a list, or of what may be one."""
        if isinstance(target, ListItems):
            target.extend(items)
        elif isinstance(target, Opaque):
            _use_items(target)
            target.appended = _more(target.appended, items)
        elif items:
            raise Malformed(f"items are appended to {kind_of(target)}", self.at)
        else:
            self.disagree("empty", self.at, f"nothing is appended to {kind_of(target)}")

    def op_additems(self, pos: int) -> int:
        """Run ADDITEMS."""
        items = self.pop_mark()
        self.hash(items)
        target = self.stack[-1]
        if isinstance(target, SetItems):
            target.extend(items)
            if len(target) > FEW:
                self.table(target)
        elif isinstance(target, Opaque):
            _use_items(target)
            target.added = _more(target.added, items)
            if len(target.added) > FEW:
                self.table(target)
        elif items:
            raise Malformed(f"items are added to {kind_of(target)}", self.at)
        else:
            self.disagree("empty", self.at, f"nothing is added to {kind_of(target)}")
        return pos

    def op_setitem(self, pos: int) -> int:
        """Run SETITEM."""
        value = self.stack.pop()
        key = self.stack.pop()
        self.hash([key])
        self.set_pairs(self.stack[-1], [(key, value)])
        return pos

    def op_setitems(self, pos: int) -> int:
        """Run SETITEMS."""
        pairs = self.in_pairs(self.pop_mark())
        self.set_pairs(self.stack[-1], pairs)
        return pos

    def set_pairs(self, target: Any, pairs: List[Tuple[Any, Any]]) -> None:
        """Put pairs into a dict, into the places of a list, or into what may be one."""
        if isinstance(target, Pairs):
            if pairs and id(target) in self.states:
                self.changed()
            target.extend(pairs)
            if len(target) > FEW:
                self.table(target)
        elif isinstance(target, Opaque):
            if pairs:
                _use_items(target)
            target.pairs = _more(target.pairs, pairs)
            if len(target.pairs) > FEW:
                self.table(target)
        elif isinstance(target, ListItems):
            if pairs:  # which no pickler writes, and what was in its place was used before
                self.changed()
            for key, value in pairs:
                if not isinstance(key, int) or not -len(target) <= key < len(target):
                    raise Malformed("an item is set outside of a list", self.at)
                target[key] = value
        elif pairs:
            raise Malformed(f"items are set in {kind_of(target)}", self.at)

    def changed(self) -> None:
        """Note that a container was used before it became what it is at the end."""
        if self.stream.changed is None:
            self.stream.changed = self.at

    # globals and what is made of them

    def named(self, module: str, name: str) -> Global:
        """Return the node of a global, one for each pair of names."""
        key = (module, name)
        if key not in self.names:
            self.names[key] = Global(module, name, self.at)
            self.stream.globals.append(self.names[key])
        return self.names[key]

    def named_in_text(self, pos: int, encoding: str) -> Tuple[Global, int]:
        """Return the global that two lines name."""
        module, pos = self.line(pos)
        name, pos = self.line(pos)
        if not module or not name:
            raise Malformed("a global without a name", self.at)
        if b" " in module + name:
            self.disagree("global", self.at, "a name with a space, at which some readers split")
        return self.named(module.decode(encoding), name.decode(encoding)), pos

    def op_global(self, pos: int) -> int:
        """Run GLOBAL."""
        found, pos = self.named_in_text(pos, "utf-8")
        self.stack.append(found)
        return pos

    def op_stack_global(self, pos: int) -> int:
        """Run STACK_GLOBAL."""
        name = self.stack.pop()
        module = self.stack.pop()
        if type(name) is not str or type(module) is not str:
            raise Malformed(f"a global named by {kind_of(module)} and {kind_of(name)}", self.at)
        self.stack.append(self.named(module, name))
        return pos

    def push_extension(self, pos: int, code: int) -> int:
        """Push the object of an extension code."""
        if code <= 0:
            raise Malformed(f"extension code {code}", self.at)
        found = Extension(code, self.at)
        self.stream.extensions.append(found)
        self.stack.append(found)
        return pos

    def op_ext1(self, pos: int) -> int:
        """Run EXT1."""
        return self.push_extension(pos + 1, self.buffer[pos])

    def op_ext2(self, pos: int) -> int:
        """Run EXT2."""
        return self.push_extension(self.take(pos, 2), U16(self.buffer, pos)[0])

    def op_ext4(self, pos: int) -> int:
        """Run EXT4."""
        return self.push_extension(self.take(pos, 4), I32(self.buffer, pos)[0])

    def persistent(self, pid: Any) -> Persistent:
        """Return the object of a persistent id."""
        found = Persistent(pid, self.at)
        self.stream.persistent.append(found)
        return found

    def op_persid(self, pos: int) -> int:
        """Run PERSID."""
        line, pos = self.line(pos)
        self.stack.append(self.persistent(line.decode("ascii")))
        return pos

    def op_binpersid(self, pos: int) -> int:
        """Run BINPERSID."""
        self.stack[-1] = self.persistent(self.stack[-1])
        return pos

    def called(self, func: Any, args: Any, how: str) -> Call:
        """Record a call."""
        if isinstance(func, Global):
            func.uses.add("new" if how == "new" else "call")
            if func.name == CREATES:
                self.create_array(args)
        elif not isinstance(func, Opaque):
            raise Malformed(f"{kind_of(func)} is called", self.at)
        if type(args) is not TupleItems:
            self.odd_arguments(args, self.at)
        else:
            self.used(args)
        call = Call(func, args, how, self.at)
        self.stream.calls.append(call)
        return call

    def used(self, parts: Sequence[Any]) -> None:
        """Note the dicts that an object is made of or filled from, whatever they become."""
        for part in parts:
            if type(part) is Pairs and id(part) not in self.states:
                self.states.add(id(part))
                held = part.get("__dict__")  # some classes take it for their own
                if type(held) is Pairs:
                    self.states.add(id(held))

    def odd_arguments(self, args: Any, at: int) -> None:
        """Judge arguments that are no tuple: the Python unpickler takes what can be iterated."""
        if not isinstance(args, (Items, Opaque, Blob, str, bytes)):
            raise Malformed(f"{kind_of(args)} as the arguments of a call", at)
        self.disagree("arguments", at, f"{kind_of(args)} as the arguments of a call")

    def op_newobj(self, pos: int) -> int:
        """Run NEWOBJ."""
        args = self.stack.pop()
        self.stack[-1] = self.called(self.stack[-1], args, "new")
        return pos

    def op_newobj_ex(self, pos: int) -> int:
        """Run NEWOBJ_EX."""
        kwargs = self.stack.pop()
        args = self.stack.pop()
        call = self.called(self.stack[-1], args, "new")
        if isinstance(kwargs, Pairs):
            if not all(isinstance(key, str) for key, _ in kwargs):
                raise Malformed("a keyword that is no string", self.at)
        elif isinstance(kwargs, Opaque):
            self.disagree("arguments", self.at, "keywords that another call makes")
        else:
            raise Malformed(f"{kind_of(kwargs)} as the keywords of a call", self.at)
        self.used((kwargs,))
        call.kwargs = kwargs
        self.stack[-1] = call
        return pos

    def op_inst(self, pos: int) -> int:
        """Run INST."""
        found, pos = self.named_in_text(pos, "ascii")
        args = self.pop_mark()
        self.stack.append(self.called(found, TupleItems(args), "inst"))
        return pos

    def op_obj(self, pos: int) -> int:
        """Run OBJ."""
        args = self.pop_mark()
        self.stack.append(self.called(args[0], TupleItems(args[1:]), "obj"))
        return pos

    def op_build(self, pos: int) -> int:
        """Run BUILD."""
        state = self.stack.pop()
        target = self.stack[-1]
        if not isinstance(target, Opaque):
            self.build_plain(target, state)
            return pos
        self.used(state if type(state) is TupleItems else (state,))
        if type(state) is TupleItems and type(target) is Call:
            path = target.path or ""
            self.fill_array(path, state)
            if path.endswith(_ARRAYS) and len(state) > _BYTES_AT and state[_BYTES_AT] is self.short:
                target.payload = (self.short_at, self.short_at + len(self.short))
        target.states = _more(target.states, [state])
        if isinstance(target, Global):
            target.uses.add("patch")
        if not isinstance(target, Call):
            return pos
        if isinstance(target.func, Global):
            target.func.uses.add("build")
        if target.path != _DTYPE:
            self.built = self.at
        elif self.built > target.at or not self.is_new(target):
            self.changed()
        return pos if self.on_build is None else self.go_on(self.on_build(target, pos), pos)

    def create_array(self, args: Any) -> None:
        """Judge what dill fills an array with, which it makes by one call."""
        held = args[2] if isinstance(args, TupleItems) and len(args) > 2 else None
        if isinstance(held, TupleItems):
            self.fill_array(_ARRAYS[0], held)

    def fill_array(self, path: str, state: TupleItems, depth: int = 2) -> None:
        """Refuse a list of objects for an array of more: numpy would follow what lies behind it.

        A state is a version, a shape, a type, an order, and bytes or objects; what subclasses keep
        stands behind those, or beside the whole.
        """
        for at in range(3, min(len(state), 5)):
            kind = state[at - 2]
            of = kind.path or _made_of(kind.func) if type(kind) is Call else ""
            if of in _DTYPES or (of and path.endswith(_ARRAYS)):
                self.count_objects(state[at - 3], state[at])
        for part in state[:2] if depth else ():
            if type(part) is TupleItems:
                self.fill_array(path, part, depth - 1)

    def count_objects(self, shape: Any, held: Any) -> None:
        """Refuse objects that are more or fewer than an array holds, or that a call lists."""
        if isinstance(held, Call) and held.path not in _BYTES:
            self.disagree("state", self.at, "an array is filled with what a call makes")
        if not isinstance(held, ListItems):
            return
        count = 1
        for number in shape if type(shape) is TupleItems else [None]:
            if type(number) is not int or number < 0:
                raise Malformed("an array of a shape that is none", self.at)
            count *= number
        if count != len(held):
            why = f"an array of {count} objects is filled with {len(held)}"
            raise Malformed(why, self.at)

    def is_new(self, target: Call) -> bool:
        """Whether a type of numpy's is filled before anything but other types was made."""
        for call in itertools.islice(reversed(self.stream.calls), _FIELDS):
            if call is target:
                return True
            if call.path not in (_DTYPE, "_codecs.encode"):
                return False
        return False

    def go_on(self, position: int, pos: int) -> int:
        """Go on from where the hook says."""
        if position != pos:
            if self.in_frame and pos < self.limit:
                raise Malformed("bytes that are not the pickle's inside a frame", self.at)
            if not pos < position <= self.size:
                raise Malformed("bytes inside the pickle that the stream does not hold", self.at)
            self.limit = self.size
            self.in_frame = False
        return position

    def build_plain(self, target: Any, state: Any) -> None:
        """Judge a state for a value that takes none: one that is empty passes."""
        slots: Any = None
        split = isinstance(state, TupleItems) and len(state) == 2
        if split:
            state, slots = state
        if not _is_empty(state) or not _is_empty(slots):
            raise Malformed(f"a state for {kind_of(target)}", self.at)
        if state is not None or (split and not isinstance(slots, Pairs)):
            self.disagree("state", self.at, f"an empty state for {kind_of(target)}")


def _more(old: Sequence[Any], new: List[Any]) -> List[Any]:
    grown = old if isinstance(old, list) else []  # in place: a copy for each would be quadratic
    grown.extend(new)
    return grown


def _use_items(target: Opaque) -> None:
    if isinstance(target, Global):
        target.uses.add("patch")
    elif isinstance(target, Call) and isinstance(target.func, Global):
        target.func.uses.add("items")


def _is_empty(value: Any) -> bool:
    if isinstance(value, Blob):
        return value.length == 0
    return not isinstance(value, Opaque) and not value


def _unknown(machine: Objects, _pos: int) -> int:
    opcode = machine.buffer[machine.at]
    raise Malformed(f"no opcode has the number 0x{opcode:02x}", machine.at)


HANDLERS: List[Callable[[Objects, int], int]] = [_unknown] * 256
for _opcode, _handler in {
    b"0": Objects.op_pop,
    b"1": Objects.op_pop_mark,
    b"2": Objects.op_dup,
    b"B": Objects.op_binbytes,
    b"C": Objects.op_short_binbytes,
    b"F": Objects.op_float,
    b"I": Objects.op_int,
    b"L": Objects.op_long,
    b"P": Objects.op_persid,
    b"Q": Objects.op_binpersid,
    b"S": Objects.op_string,
    b"T": Objects.op_binstring,
    b"U": Objects.op_short_binstring,
    b"V": Objects.op_unicode,
    b"a": Objects.op_append,
    b"b": Objects.op_build,
    b"c": Objects.op_global,
    b"d": Objects.op_dict,
    b"e": Objects.op_appends,
    b"g": Objects.op_get,
    b"i": Objects.op_inst,
    b"l": Objects.op_list,
    b"o": Objects.op_obj,
    b"p": Objects.op_put,
    b"s": Objects.op_setitem,
    b"u": Objects.op_setitems,
    b"\x80": Objects.op_proto,
    b"\x81": Objects.op_newobj,
    b"\x82": Objects.op_ext1,
    b"\x83": Objects.op_ext2,
    b"\x84": Objects.op_ext4,
    b"\x8a": Objects.op_long1,
    b"\x8b": Objects.op_long4,
    b"\x8d": Objects.op_binunicode8,
    b"\x8e": Objects.op_binbytes8,
    b"\x8f": Objects.op_empty_set,
    b"\x90": Objects.op_additems,
    b"\x91": Objects.op_frozenset,
    b"\x92": Objects.op_newobj_ex,
    b"\x93": Objects.op_stack_global,
    b"\x95": Objects.op_frame,
    b"\x96": Objects.op_bytearray8,
    b"\x97": Objects.op_next_buffer,
    b"\x98": Objects.op_readonly_buffer,
}.items():
    HANDLERS[_opcode[0]] = _handler


def _made_of(func: Any) -> str:
    """Return what a function makes that is no name: an array, where dill looked that up."""
    args = func.args if isinstance(func, Call) and isinstance(func.args, TupleItems) else ()
    looked_up = (getattr(func, "path", None) or "").endswith("._get_attr")
    return "_reconstruct" if looked_up and list(args[1:]) == ["_reconstruct"] else _DTYPE
