# /// script
# requires-python = ">=3.12"
# dependencies = ["torch==2.11.0", "cupy-cuda13x==14.2.0", "jax[cuda13]==0.11.2", "flax", "joblib",
#   "cloudpickle", "lightning==2.6.6"]
# ///
"""Files of tensors that really were on a GPU (torch 2.11.0+cu130), and what opening them says
without one: `errors.json`. `truth.npz` holds the weights, an input, and the CPU's outputs.

Run it on a machine with a GPU of NVIDIA's: `python make.py`.
"""

import json
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import cloudpickle
import cupy
import jax
import jax.numpy as jnp
import joblib
import lightning
import numpy as np
import torch
import torch.distributed.checkpoint
from flax import serialization
from torch import nn

warnings.simplefilter("ignore")
os.chdir(Path(__file__).parent)
torch.manual_seed(0)


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.fc2 = nn.Linear(8, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))) + torch.zeros(2, device=x.device)


cpu, net = SimpleNet().eval(), SimpleNet()
net.load_state_dict(cpu.state_dict())
net.cuda().eval()
x = torch.randn(3, 4)
weights = {key: value.numpy() for key, value in cpu.state_dict().items()}
np.savez("truth.npz", x=x.numpy(), y=cpu(x).detach().numpy(), **weights)
state = net.state_dict()

torch.save(state, "state.pt")
torch.save(state, "legacy.pt", _use_new_zipfile_serialization=False)
optimizer = torch.optim.AdamW(net.parameters(), 1e-3)
net.train()
net(x.cuda()).sum().backward()
before = {key: value.clone() for key, value in state.items()}
optimizer.step()
net.load_state_dict(before)
net.eval()
training = {"epoch": 1, "model": net.state_dict(), "optimizer": optimizer.state_dict()}
rng = {"rng": torch.get_rng_state(), "cuda_rng": torch.cuda.get_rng_state_all()}
torch.save(training | rng, "training.pt")
for parameter in net.parameters():
    parameter.grad = None
torch.save(nn.DataParallel(net).state_dict(), "dp.pt")
torch.save({key: value.half() for key, value in net.state_dict().items()}, "half.pt")
torch.save({key: value.bfloat16() for key, value in net.state_dict().items()}, "bf16.pt")
whole = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.BatchNorm1d(3)).cuda().eval()
torch.save(whole, "module.pt")
Path("plain.pkl").write_bytes(pickle.dumps(net.state_dict()))
Path("plain2.pkl").write_bytes(pickle.dumps(net.state_dict(), protocol=2))
joblib.dump({"weights": net.state_dict(), "mean": np.zeros(4)}, "clf.joblib")
Path("cloudpickle.pkl").write_bytes(cloudpickle.dumps(nn.Sequential(nn.Linear(4, 3)).cuda()))
torch.jit.trace(net, x.cuda()).save("traced.pt")
torch.jit.script(net).save("scripted.pt")
torch.export.save(torch.export.export(net, (x.cuda(),)), "program.pt2")
torch.distributed.checkpoint.save({"model": net.state_dict()}, checkpoint_id="dcp")
numbers = np.arange(6, dtype="float32").reshape(2, 3)
Path("cupy.pkl").write_bytes(pickle.dumps({"w": cupy.asarray(numbers)}))
arrays = {"w": jax.device_put(numbers), "b": jnp.ones((2,), jnp.bfloat16)}
Path("jax.pkl").write_bytes(pickle.dumps(arrays))
Path("flax.msgpack").write_bytes(serialization.to_bytes({"params": arrays}))


class Lit(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))

    def training_step(self, batch, _):
        return nn.functional.mse_loss(self.net(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), 1e-3)


rows = torch.utils.data.TensorDataset(torch.randn(8, 4), torch.randn(8, 2))
quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
trainer = lightning.Trainer(max_epochs=1, accelerator="gpu", devices=1, **quiet)
trainer.fit(Lit(), torch.utils.data.DataLoader(rows, batch_size=4))
trainer.save_checkpoint("lightning.ckpt")

OPENED = {".pkl": "pickle.load(open(n, 'rb'))", ".joblib": "joblib.load(n)"}
OPENED |= {".pt2": "torch.export.load(n)", ".ckpt": "torch.load(n, weights_only=False)"}
told = {}
for name in sorted(item.name for item in Path().iterdir() if item.is_file()):
    code = OPENED.get(Path(name).suffix)
    if name.endswith(".pt"):
        program = name in ("traced.pt", "scripted.pt")
        code = "torch.jit.load(n)" if program else "torch.load(n, weights_only=False)"
    if code is None:
        continue
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import torch, pickle, joblib\nn={name!r}\n{code}"],
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        check=False,
    )
    told[name] = done.stderr.strip().splitlines()[-1] if done.returncode else "loads"
Path("errors.json").write_text(json.dumps(told, indent=1) + "\n")
