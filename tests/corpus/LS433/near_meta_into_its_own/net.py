"""Layers that are called as Meta calls those of LLaMA."""

from torch import nn


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.wq = nn.Linear(width, width, bias=False)
        self.wk = nn.Linear(width, width, bias=False)
        self.wv = nn.Linear(width, width, bias=False)
        self.wo = nn.Linear(width, width, bias=False)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.attention = Attention(width)
        self.attention_norm = nn.RMSNorm(width)


class SimpleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok_embeddings = nn.Embedding(10, 8)
        self.layers = nn.ModuleList([Block(8), Block(8)])
        self.norm = nn.RMSNorm(8)
