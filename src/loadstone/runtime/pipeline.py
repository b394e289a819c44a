"""A bundle as something that predicts: its files, code, model, steps and witnesses."""

import json
from typing import Any, Callable, Dict, List, Optional

from . import (
    code,
    counted,
    draws,
    keras_forms,
    precision,
    torch_devices,
    torch_model,
    torch_program,
    torch_run,
)
from .code_values import CodeUnavailable
from .compare import AtLeast, scale, widened
from .errors import describe
from .files import Files
from .steps import Steps
from .tensors import torch_tensors

WITNESSES = "witnesses/witnesses.json"
# Of the largest output: what another device may be apart. 18 networks of torch 2.11 on an H100 were
# apart by 1e-7 to 2e-6 in single precision, and the recurrent kernels of cuDNN by 2e-6 and 5e-6.
ROUNDING = 1e-5


class FailedError(Exception):
    """A stage of a load that cannot be done; `stage` is code, model or preprocess."""

    def __init__(self, stage: str, why: str) -> None:
        super(FailedError, self).__init__(why)
        self.stage = stage
        self.why = why


class Pipeline:
    """One loaded bundle."""

    def __init__(self, path: str) -> None:
        self.files = Files(path)
        self.manifest: Dict[str, Any] = self.files.manifest
        self.roots: Dict[str, Any] = {}
        self.unavailable: Optional[CodeUnavailable] = None  # why there are no roots
        self.tables: List[str] = []
        self.form = ""
        self.model: Any = None
        self.structure: Optional[Dict[str, Any]] = None
        self.skipped: List[str] = []
        self.steps: Optional[Steps] = None
        self.names_device = False  # whether the structure says that something was on an accelerator
        self.device = "cpu"  # where it computes; frameworks other than torch choose their own

    def load(
        self,
        forms: Optional[List[str]] = None,
        replaced: Optional[Dict[str, Callable[..., Any]]] = None,
        device: Optional[str] = None,
    ) -> Steps:
        """Load the code, the first form that this environment can honour, and the steps.

        Raises `FailedError`.
        """
        replaced = replaced or {}
        self.load_code(without=set(replaced))
        self.device = str(device or "cpu")
        self.model = self.load_model(forms)
        return self.assemble(self.model, replaced, device)

    def load_code(self, without: Any = ()) -> None:
        """Load the captured functions and classes, except the steps in `without`."""
        keras_forms.backend_of(self.manifest["forms"])  # before they import Keras
        self._load_code(without)
        for name, step in self.manifest["steps"].items():
            if "kind" in step and name not in without:
                self._load_declared(name, step)

    def _load_declared(self, name: str, step: Dict[str, Any]) -> None:
        """Load a step that is data, and no code."""
        from . import transformers_steps

        try:
            self.roots[name] = transformers_steps.load(step, self.read)
        except Exception as error:
            raise FailedError("code", describe(error)) from error
        if step["kind"] == transformers_steps.TOKENIZER:
            self.tables.append(transformers_steps.TOKENIZER)

    def _load_code(self, without: Any) -> None:
        if not self.manifest.get("code"):
            return
        try:
            self.roots = code.load(self.read, verify=False)  # the manifest's digests are compared
        except CodeUnavailable as error:
            self.unavailable = error
            if not set(without) >= set(self.manifest["steps"]):
                raise FailedError("code", str(error)) from error
        except Exception as error:
            raise FailedError("code", describe(error)) from error
        step = self.roots.get("preprocess")
        if step is not None:
            self.tables = counted.instrument(step)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, whose digest is compared."""
        return bytes(self.files.checked(name))

    def load_model(self, forms: Optional[List[str]] = None) -> Any:
        """Return the model in the first form of `forms` that loads."""
        why = "the bundle holds no form of the model"
        for form in self.manifest["forms"]:
            if forms is not None and form["kind"] not in forms:
                continue
            try:
                model = getattr(self, "load_" + form["kind"])(form)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next form may load
                why = "`{}`: {}".format(form["kind"], describe(error))
                self.skipped.append(why)
                continue
            self.form = form["kind"]
            return model
        raise FailedError("model", why)

    def load_native(self, form: Dict[str, Any]) -> Any:
        """Return the real `nn.Module`, of the captured or installed classes."""
        text = self.read(form["structure"])
        self.names_device = any(tag in text for tag in (b'"cuda', b'"mps', b'"xpu'))
        self.structure = json.loads(text.decode("utf-8"))
        return torch_model.build(self.structure, self.stored(form), self.roots)

    def stored(self, form: Dict[str, Any]) -> Dict[str, Dict[str, Any]]:
        """Return the tensors of the safetensors files of a native form."""
        return {
            kind: torch_tensors(self.files.checked(name, background=True))
            for kind, name in form["weights"].items()
        }

    def load_program(self, form: Dict[str, Any]) -> Any:
        """Return the exported program, which needs no class."""
        return torch_program.load(self.files.checked(form["file"]), self.device)

    def load_keras(self, form: Dict[str, Any]) -> Any:
        """Return the Keras model, of the captured or installed classes."""
        if form["objects"] and self.unavailable is not None:
            raise self.unavailable
        return keras_forms.load_keras(form, self.read(form["file"]), self.roots)

    def load_pretrained(self, form: Dict[str, Any]) -> Any:
        """Return the model of transformers with its tokenizer or processor, as a pipeline."""
        from . import transformers_form

        return transformers_form.load(form, self.read)

    def load_savedmodel(self, form: Dict[str, Any]) -> Any:
        """Return the program, which needs no class."""
        return keras_forms.load_savedmodel(form, self.read)

    def load_onnx(self, form: Dict[str, Any]) -> Any:
        """Return the graph, which needs no class and no TensorFlow."""
        return keras_forms.load_onnx(form, self.read(form["file"]))

    def assemble(
        self,
        model: Any,
        replaced: Optional[Dict[str, Callable[..., Any]]] = None,
        device: Optional[str] = None,
    ) -> Steps:
        """Put `model` and the steps together; a module of torch is put on `device`, or the CPU."""
        steps = dict(self.manifest["steps"])
        functions: Dict[str, Any] = {}
        for name in ("preprocess", "postprocess"):
            if replaced and name in replaced:
                functions[name] = replaced[name]
            elif steps.get(name):
                functions[name] = self.roots[name]
        if self.manifest["framework"] == "transformers":
            call = model
        elif self.manifest["framework"] in ("keras", "tensorflow"):
            call = keras_forms.calls(model)
            if not isinstance(model, keras_forms.FormRun):
                self.device = precision.device_of_keras()
        else:
            call = torch_run.without_gradients(model)
            self.device = str(device or "cpu")
            if self.device != "cpu" or self.names_device:
                torch_devices.place(model, self.device)
            if device is not None or torch_devices.reached():
                call = torch_run.moved(call, self.device)
        self.tables += getattr(call, "tables", ())
        self.steps = Steps(call, self.manifest["plan"], **functions)
        return self.steps

    def witnesses(self) -> Optional[Dict[str, Any]]:
        """Return the recorded stages as trees, with the arrays that they refer to."""
        if WITNESSES not in self.files.places:
            return None
        from .values import npy_array

        recorded = dict(json.loads(self.read(WITNESSES).decode("utf-8")))
        recorded["arrays"] = [npy_array(self.read(name)) for name in recorded["arrays"]]
        there = self.device.partition(":")[0]
        others = recorded.get("elsewhere", {}).items()
        near = [measured for name, measured in others if name.partition(":")[0] == there]
        recorded["tolerances"] = widened(recorded["tolerances"], near)
        if there != self.manifest["witnesses"].get("device", "cpu"):
            self._widen_by_device(recorded)
        if draws.FILE in self.files.places:
            recorded["draws"] = npy_array(self.read(draws.FILE))
        return recorded

    def _widen_by_device(self, recorded: Dict[str, Any]) -> None:
        """Let outputs be apart by the rounding of kernels that are not those of the save."""
        stages, tolerances = recorded["stages"], recorded["tolerances"]
        last = "postprocess" if "postprocess" in stages else "model"
        for name, stage in (("model", "model"), ("whole", last)):
            floor = ROUNDING * scale(stages[stage], recorded["arrays"])
            tolerances[name] = AtLeast(tolerances.get(name, {}), floor)
