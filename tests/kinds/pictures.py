"""Transforms of torchvision and albumentations, as users write them."""

import albumentations
import numpy as np
import torch
from albumentations import pytorch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode, v2

turned = 90


class Framed(torch.nn.Module):
    """A transform of one's own."""

    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, picture):
        return torch.nn.functional.pad(picture, [self.width] * 4)


def classic(transform):
    return lambda pixels: transform(Image.fromarray(pixels))


def tensors(transform):
    return lambda pixels: transform(torch.from_numpy(pixels).permute(2, 0, 1))


def cut(transform):
    return lambda pixels: transform(image=pixels)["image"]


def kinds():
    a = albumentations
    return {
        "classic": classic(
            transforms.Compose(
                [
                    transforms.Resize(12, interpolation=InterpolationMode.BICUBIC),
                    transforms.CenterCrop(8),
                    transforms.ToTensor(),
                    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
                ]
            )
        ),
        "functions": classic(
            transforms.Compose(
                [
                    transforms.Resize((9, 9)),
                    transforms.Grayscale(3),
                    transforms.Lambda(lambda image: image.rotate(turned)),
                    transforms.PILToTensor(),
                    transforms.ConvertImageDtype(torch.float),
                    Framed(2),
                ]
            )
        ),
        "second": tensors(v2.Compose([v2.Resize(10, antialias=True), v2.CenterCrop(8)])),
        "albumentations": cut(
            a.Compose([a.SmallestMaxSize(16), a.CenterCrop(12, 12), a.Normalize()])
        ),
        "albumentations tensors": cut(
            a.Compose(
                [
                    a.LongestMaxSize(16),
                    a.PadIfNeeded(16, 16, border_mode=0),
                    a.ToGray(p=1),
                    a.Lambda(image=lambda pixels, **_: np.ascontiguousarray(pixels[:, ::-1]), p=1),
                    pytorch.ToTensorV2(),
                ]
            )
        ),
    }
