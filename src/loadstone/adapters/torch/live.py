"""A live torch module, as a save asks for it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from loadstone.adapters import live
from loadstone.adapters.torch import behaviour, forms, program
from loadstone.runtime import neighbours, torch_devices, torch_program, torch_run

_SUPPLY = "hold it as a dense tensor, or leave it out of the module"


class Torch:
    """Modules, their tensors and structure; the exported program."""

    framework = "torch"
    library = "torch"

    def working_copy(self, model: Any) -> contextlib.AbstractContextManager[Any]:
        """Give a copy in eval mode."""
        return behaviour.working_copy(model)

    def call(self, model: Any) -> live.Call:
        """Return a call in inference mode; a copy on the CPU takes tensors of any device."""
        call = torch_run.without_gradients(model)
        return torch_run.moved(call, "cpu") if torch_devices.reached() else call

    def copied(self, model: Any) -> Any:
        """Return a copy on the CPU, in the mode that it is in."""
        return behaviour.copied_to_cpu(model)

    def elsewhere(self, model: Any) -> tuple[str, live.Call] | None:
        """Return the accelerator that the model is on, and a call of it there."""
        return behaviour.elsewhere(model)

    def cast(self, model: Any, batch: Any) -> Any:
        """Return the batch in the dtype of the parameters."""
        return torch_run.cast_batch(model, batch)

    def native(self, model: Any, names: live.Names) -> live.Native:
        """Return structure and tensors."""
        made = forms.native(model, names)
        problems = [(name, why, _SUPPLY) for name, why in made.stored.problems]
        problems += made.problems
        loose = tuple(made.stored.loose)
        if made.stored.problems:
            return live.Native(None, made.roots, problems, loose)
        parts, weights = {}, {}
        for kind in ("model", "extra"):
            if made.stored.files[kind] or kind == "model":
                weights[kind] = f"forms/{kind}.safetensors"
                parts[weights[kind]] = made.stored.parts(kind)
        structure = "forms/structure.json"
        parts[structure] = [json.dumps(made.structure, separators=(",", ":")).encode()]
        entry = {"kind": "native", "weights": weights, "structure": structure}
        return live.Native(live.Form(entry, parts), made.roots, problems, loose)

    def program(self, model: Any, calls: live.Calls) -> tuple[live.Form, live.Call]:
        """Return the exported program."""
        content = program.export(model, calls)
        try:
            loaded = torch_run.without_gradients(torch_program.load(content))
        except Exception as error:
            raise live.NotMadeError(f"it does not load again: {error}"[:300]) from error
        file = "forms/program.pt2"
        return live.Form({"kind": "program", "file": file}, {file: [content]}), loaded

    def size(self, model: Any) -> tuple[int, int]:
        """Return the count of the parameters, and the bytes of those and of buffers."""
        held = [*model.parameters(), *model.buffers()]
        numbers = sum(tensor.numel() for tensor in model.parameters())
        return numbers, sum(tensor.numel() * tensor.element_size() for tensor in held)

    def variants(self, model: Any) -> Iterator[live.Variant]:
        """Yield other numbers of threads, and double precision."""
        return behaviour.variants(model, torch_run.without_gradients, lambda held: held)

    def weights(self, model: Any) -> Iterable[Any]:
        """Return the parameters and buffers."""
        return neighbours.of_torch(model)

    def first_unrepeatable(self, model: Any, run: Callable[[], Any]) -> str:
        """Return the path of the first module that does not repeat itself."""
        return behaviour.first_unrepeatable(model, run)

    def in_training(self, model: Any) -> tuple[str, ...] | None:
        """Return the modules left in training mode."""
        modules = behaviour.left_in_training(model)
        return modules if model.training or modules else None
