"""LS516: red and blue of the pictures seem to be swapped."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Coverage, Finding, Fix, Row, check


@check("LS516", since="0.1", severity="warning")
def colours_swapped(artifact: Artifact, coverage: Coverage) -> Iterator[Finding]:
    """Red and blue of the pictures seem to be swapped.

    ## Why it breaks
    Pillow and torchvision give red, green, blue; OpenCV gives blue, green, red. The model takes
    either. The examples tell how red differs from blue in each picture: where the order turned
    round is ten thousand times likelier than the one of the examples, it is said. One picture
    seldom says so much (of 542 photographs of food 8 % have more blue than red), so those of the
    calls before are taken together with it, and pictures of one scene count as fewer. Of these
    photographs, with 64 of them as examples and the others one by one, it was said after 7 swapped
    ones (the median of 60 tries; 24 at most), and never of those in the right order.

    ## Example
    ```python fails=LS516
    artifact("price.lode", format="bundle", content="bundle")
    stray("", "channels", rows=64, of=64, examples=["0.2, 0.5, 0.8"], recorded="0.8, 0.5, 0.2")
    ```

    ## Fix
    `picture[..., ::-1]`, or `cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)`; where the pictures are
    right (all of sea and sky, say), let it stand.

    ## See also
    <https://docs.opencv.org/4.x/d8/d01/group__imgproc__color__conversions.html>
    """
    for item in coverage.strays:
        if item.why == "channels":
            yield Finding(
                f"red and blue seem swapped in {item.of:,} pictures: turned round, they are as the "
                "examples were",
                at=here(artifact, item.name or None),
                headings=("now", "at save"),
                rows=(Row("means " + item.examples[0], item.recorded),),
                fix=Fix("give the channels in the order of the examples", safety="manual"),
            )
