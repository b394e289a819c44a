"""A runtime process: it answers, says why it cannot, and its death is told."""

import os
import signal
import threading

import numpy as np
import pytest
import torch

import loadstone
from loadstone.environment.run import ProcessFailedError, RequestFailedError, Runtime
from loadstone.runtime.values import decode, encode


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    path = tmp_path_factory.mktemp("worker") / "net.lode"
    model = torch.nn.Linear(3, 2).eval()
    loadstone.save(model, path, examples=np.ones((2, 3), np.float32), forms=["native"])
    return path, model


def test_loads_replays_and_predicts(bundle):
    path, model = bundle
    with Runtime() as runtime:
        loaded, _ = runtime.ask("load", path=str(path))
        assert loaded == {"form": "native", "skipped": [], "changed": {}}
        answer, _ = runtime.ask("replay")
        assert answer["replay"]["whole"] == "identical"
        arrays = []
        tree = encode(np.zeros((200, 3), np.float32), arrays)
        answer, arrays = runtime.ask("predict", arrays, inputs=tree)
        outputs = decode(answer["outputs"], arrays)
        assert torch.equal(outputs, model(torch.zeros(200, 3)))


def test_says_why_it_cannot(tmp_path):
    with Runtime() as runtime:
        with pytest.raises(RequestFailedError, match="nothing is loaded"):
            runtime.ask("replay")
        with pytest.raises(RequestFailedError, match="not an operation"):
            runtime.ask("explode")
        (tmp_path / "no.lode").write_text("hello")
        with pytest.raises(RequestFailedError, match="no whole zip file"):
            runtime.ask("load", path=str(tmp_path / "no.lode"))


def test_death_and_silence_are_told():
    with Runtime() as runtime:
        runtime._process.kill()
        with pytest.raises(ProcessFailedError, match="signal 9"):
            runtime.ask("replay")
    with Runtime() as runtime, pytest.raises(ProcessFailedError, match="within 0"):
        runtime.ask("ready", framework="torch", timeout=0.01)


def test_the_project_is_not_importable(bundle):
    with Runtime() as runtime, pytest.raises(RequestFailedError, match="No module named"):
        runtime.ask("ready", framework="loadstone")


@pytest.mark.skipif(os.name == "nt", reason="a process of Windows is not stopped by a signal")
def test_ctrl_c_ends_what_it_computes():
    runtime = Runtime()
    runtime.ask("warm", modules=[])
    os.kill(runtime._process.pid, signal.SIGSTOP)  # it will not answer
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        runtime.ask("warm", modules=[])
    assert runtime._process.wait(10) == -signal.SIGKILL
    runtime.close()
