# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A bidirectional LSTM of two layers, where the class builds a GRU."""

import torch
from net import Tagger
from torch import nn

torch.manual_seed(0)
net = Tagger()
net.rnn = nn.LSTM(5, 3, num_layers=2, bidirectional=True)
net.out = nn.Linear(6, 2)
torch.save(net.state_dict(), "model.pth")
