from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def build() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 2, 1)
    )


def fused() -> nn.Sequential:
    net = build().eval()
    net[0], net[1] = fuse_conv_bn_eval(net[0], net[1]), nn.Identity()
    return net
