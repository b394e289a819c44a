"""Files and folders that attack a reader, made where they are needed: too large, or too odd.

`ATTACKS` are functions of an empty folder that return the path to look at; `CALLS` are those whose
usual loader, or one of two, would call what the file names: none of them is `no` or `library`.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import socket
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

CALL = b"cposix\nsystem\n(S'true'\ntR."
STATE = b"\x80\x02}."
TIME = (1980, 1, 1, 0, 0, 0)
ATTACKS = {}
CALLS = {}


def attack(make):
    """Keep an attack under its name in words."""
    ATTACKS[make.__name__.replace("_", " ")] = make
    return make


def file(name, data, *, calls=False, as_="model.pt"):
    """Keep an attack that is one file."""

    def make(folder):
        path = folder / as_
        path.write_bytes(data() if callable(data) else data)
        return path

    (CALLS if calls else ATTACKS)[name] = make


def zipped(*members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, body in members:
            out.writestr(zipfile.ZipInfo(name, TIME), body, method)
    return buffer.getvalue()


def torch(data=STATE, *more):
    return zipped(("m/data.pkl", data), ("m/version", b"3\n"), *more)


def patched(data, find, offset, new):
    """Write other bytes at an offset from where the first of `find` stands."""
    at = data.index(find) + offset
    return data[:at] + new + data[at + len(new) :]


CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"
TWICE = patched(
    zipped(("m/data.pkl", CALL), ("m/datA.pkl", STATE), ("m/version", b"3")), b"A", 0, b"a"
)
TWICE = TWICE.replace(b"m/datA.pkl", b"m/data.pkl")

# zip: what the directory says, against what stands before the member
file("zip: two members of one name, the first calls", TWICE, calls=True)
file(
    "zip: two members of one name, the last calls",
    zipped(("m/data.pkl", STATE), ("m/datA.pkl", CALL), ("m/version", b"3")).replace(
        b"datA", b"data"
    ),
    calls=True,
)
file(
    "zip: the local name is another",
    patched(torch(CALL), b"m/data.pkl", 0, b"x/data.pkl"),
    calls=True,
)
file("zip: the local method is another", patched(torch(CALL), LOCAL, 8, b"\x08\0"), calls=True)
file("zip: the local size is another", patched(torch(CALL), LOCAL, 18, b"\1\0\0\0"), calls=True)
file(
    "zip: a local flag says encrypted (CVE-2025-1945)",
    patched(torch(CALL), LOCAL, 6, b"\1\0"),
    calls=True,
)
file(
    "zip: a flag of the directory says encrypted",
    patched(torch(CALL), CENTRAL, 8, b"\1\0"),
    calls=True,
)
file("zip: flags of all kinds", patched(torch(CALL), CENTRAL, 8, b"\xff\xff"), calls=True)
file(
    "zip: the CRC is another (CVE-2025-10156)",
    patched(torch(CALL), CENTRAL, 16, b"abcd"),
    calls=True,
)
file("zip: a size of 2 to the 32", patched(torch(CALL), CENTRAL, 20, b"\xff" * 8), calls=True)
file("zip: a method that is unknown", patched(torch(CALL), CENTRAL, 10, b"\x63\0"), calls=True)
file("zip: version needed 9.9", patched(torch(CALL), CENTRAL, 6, b"\x63\0"), calls=True)
file("zip: trailing bytes", torch(CALL) + b"x" * 70_000, calls=True)
file("zip: two directories", torch(CALL) + torch(STATE), calls=True)
file("zip: two directories, the other first", torch(STATE) + torch(CALL), calls=True)
file("zip: a comment that is an archive", lambda: _comment(torch(STATE), torch(CALL)), calls=True)
file("zip: a name with a NUL", zipped(("m/data.pkl\0.txt", CALL), ("m/version", b"3")), calls=True)
file("zip: upper case", zipped(("m/DATA.PKL", CALL), ("m/version", b"3")), calls=True)
file("zip: a directory that counts too few", patched(torch(CALL), END, 10, b"\1\0"), calls=True)
file(
    "zip: a directory that counts too many", patched(torch(CALL), END, 10, b"\xff\xff"), calls=True
)
file("zip: bytes before it", b"\x80\2N0" + torch(CALL), calls=True)
file("zip: deflated", zipped(("m/data.pkl", CALL), ("m/version", b"3"), method=8), calls=True)
file(
    "zip: a member of a member calls",
    zipped(("a.zip", zipped(("m/data.pkl", CALL), ("m/version", b"3")))),
)
file("zip: 200000 names", lambda: _many(200_000))
file("zip: a name of 60000 bytes", zipped(("a" * 60_000 + "/data.pkl", STATE), ("m/version", b"3")))
file(
    "zip: a pickle of a gigabyte of zeros",
    lambda: zipped(("m/data.pkl", bytes(1 << 28)), ("m/version", b"3"), method=8),
)
file("zip: zips all the way down", lambda: _down(40))
file(
    "zip: gigabytes of dictionaries",
    lambda: zipped(("m/data.pkl", b"\x80\2(" + b"}" * (1 << 27)), ("m/version", b"3"), method=8),
)
file(
    "zip: schema.json of a gigabyte",
    lambda: zipped(("schema.json", b"[" * (1 << 27)), method=8),
    as_="m.skops",
)
file(
    "zip: absolute and climbing names",
    zipped(
        ("/etc/passwd", b"x"),
        ("../../etc/shadow", b"x"),
        ("m/data.pkl", STATE),
        ("m/version", b"3"),
    ),
)
file("zip: a member that is a link", lambda: _link())  # noqa: PLW0108 - it is defined below


def _comment(data, comment):
    at = data.rindex(END)
    return data[: at + 20] + len(comment).to_bytes(2, "little") + comment


def _many(count):
    out, central = io.BytesIO(), b""
    central = b"".join(
        struct.pack(
            "<4sHHHHHHIIIHHHHHII", CENTRAL, 20, 20, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0
        )
        + b"%08d" % n
        for n in range(count)
    )
    out.write(LOCAL + bytes(60) + central)
    out.write(
        struct.pack("<4sHHHHIIH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, len(central), 64, 0)
    )
    return out.getvalue()


def _down(depth):
    data = torch(CALL)
    for _ in range(depth):
        data = zipped(("model.pt", data))
    return data


def _link():
    info = zipfile.ZipInfo("config.json", TIME)
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr(info, "/etc/passwd")
    return buffer.getvalue()


# pickles behind, before and inside other things
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17)
file("pickle: behind a PNG", PNG + CALL)
file("pickle: several in a row, the last calls", b"\x80\2N." + b"\x80\2N." + CALL, calls=True)
file("pickle: after STOP", b"\x80\2N." + b"rubbish" + CALL)
file("pickle: calls and is then cut", b"cposix\nsystem\n(S'true'\ntR(((", calls=True)
file("pickle: calls and is then malformed", b"cposix\nsystem\n(S'true'\ntR\xff\xff", calls=True)
file("pickle: begins with NONE", b"N0" + CALL, calls=True)
for _name, _start in {
    "a float that spells GGUF": b"GGUF\3\0\0\0\0",
    "bytes that hold TFL3": b"U\x0aabTFL3xxxx",
    "a text with a HDF5 superblock": b"V\x89HDF\r\n",
    "short bytes": b"C\4abcd0",
    "a unicode text": b"X\4\0\0\0abcd0",
    "a frame": b"\x95\x1b\0\0\0\0\0\0\0",
    "an integer": b"K\10",
    "an empty dictionary": b"}0",
    "an empty set": b"\x8f0",
    "protocol 0": b"\x80\0",
    "protocol 1": b"\x80\1",
    "a mark": b"(1",
    "a long": b"\x8a\00",
    "a short text": b"\x8c\4abcd0",
    "True": b"\x880",
    "a memo": b"Nq\0",
    "an extension": b"\x82\10",
    "text that is LightGBM's": b"Vtree\n0",
    "text that is a pointer": b"Vversion https://git-lfs.github.com/spec/v1\n0",
    "text that is XML": b"V<?xml?><PMML>\n0",
    "text that is JSON": b"V{}\n0",
    "an old integer": b"I1\n0",
    "an old string": b"S'a'\n0",
    "a fastText header": b"B\xba\x16O/\x0c\0\0\0"[0:1] + struct.pack("<I", 4) + b"abcd0",
    "zeros": b"J\0\0\0\00",
    "an onnx header": b"\x8e" + (4).to_bytes(8, "little") + b"\x08\x08\x12\x000",
    "msgpack": b"\x8a\1\x810",
    "catboost": b"CBM10"[0:0] + b"" if False else b"C\4BM100",
}.items():
    file(f"pickle: begins with {_name}", _start + CALL, calls=True)
    file(f"pickle: begins with {_name}, and is cut", _start + CALL[:-1] + b"(", calls=True)
file("pickle: gzip", lambda: gzip.compress(CALL), calls=True)
file("pickle: gzip of a gzip", lambda: gzip.compress(gzip.compress(CALL)))
file("pickle: lzma", lambda: lzma.compress(CALL, lzma.FORMAT_ALONE), calls=True)
file(
    "pickle: bzip2, and a second stream",
    lambda: bz2.compress(b"\x80\2N.") + bz2.compress(CALL),
    calls=True,
)
file("pickle: zlib", lambda: zlib.compress(CALL), calls=True)
file("pickle: gzip bomb", lambda: gzip.compress(b"\x80\2" + bytes(1 << 30), 1))
file("pickle: gzip bomb of dictionaries", lambda: gzip.compress(b"\x80\2(" + b"}" * (1 << 27), 1))
file("pickle: xz bomb", lambda: lzma.compress(b"\x80\2(" + b"N" * (1 << 26), preset=0))
file("7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(100))


def npy(descr, shape=(1,), body=b"", *, header=None):
    text = header or f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    raw = text.encode("latin-1").ljust(118) + b"\n"
    return b"\x93NUMPY\1\0" + len(raw).to_bytes(2, "little") + raw + body


file("npy: objects", npy("'|O'", body=CALL), calls=True)
file("npy: objects, spelled with an escape", npy(r"'|\x4f'", body=CALL), calls=True)
file("npy: objects in a record", npy("[('a', '|O')]", body=CALL), calls=True)
file("npy: a descr twice", npy("'<f8', 'descr': '|O'", body=CALL), calls=True)
file("npy: a shape of 2 to the 60", npy("'<f8'", (1 << 60,)))
file("npy: brackets", npy("[" * 60_000))
file("npz: objects", zipped(("a.npy", npy("'|O'", body=CALL))), calls=True, as_="model.npz")
file(
    "npz: objects behind numbers",
    zipped(("b.npy", npy("'<f8'", body=bytes(8))), ("a.npy", npy("'|O'", body=CALL))),
    calls=True,
    as_="model.npz",
)


def _old_joblib(name):
    return (
        b"\x80\2cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}(X\x08\0\0\0filenameX"
        + len(name).to_bytes(4, "little")
        + name.encode()
        + b"X\x08\0\0\0subclasscnumpy\nndarray\nX\x0a\0\0\0allow_mmap\x88ub."
    )


def companion(name, body):
    """Keep an attack by the file beside a many-file dump of joblib's."""

    def make(folder):
        (folder / "model.pkl").write_bytes(_old_joblib("model.pkl_01.npy"))
        (folder / "model.pkl_01.npy").write_bytes(body)
        return folder / "model.pkl"

    CALLS[f"joblib: {name}"] = make


companion("a companion of objects", npy("'|O'", body=CALL))
companion("a companion of objects, spelled with an escape", npy(r"'|\x4f'", body=CALL))
companion(
    "a companion with a long header",
    npy(
        "",
        header="{'a': '" + "x" * 600 + "', 'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        body=CALL,
    ),
)
companion("a companion that is a pickle", CALL)


@attack
def joblib_companion_outside(folder):
    (folder / "model.pkl").write_bytes(_old_joblib("model.pkl_01.npy"))
    (folder / "model.pkl_01.npy").symlink_to("/etc/passwd")
    return folder / "model.pkl"


@attack
def joblib_companion_is_a_pipe(folder):
    (folder / "model.pkl").write_bytes(_old_joblib("model.pkl_01.npy"))
    os.mkfifo(folder / "model.pkl_01.npy")
    return folder / "model.pkl"


# what is no file
@attack
def a_pipe(folder):
    os.mkfifo(folder / "model.pth")
    return folder / "model.pth"


@attack
def a_link_to_a_device(folder):
    (folder / "model.pth").symlink_to("/dev/zero")
    return folder / "model.pth"


@attack
def a_socket(folder):
    here = Path.cwd()
    os.chdir(folder)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("model.pth")
    os.chdir(here)
    return folder / "model.pth"


ODD = (
    "config.json",
    "model.safetensors",
    "model-00001-of-00002.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "modules.json",
    "MLmodel",
    "saved_model.pb",
    "checkpoint",
    "data.pkl",
    "version",
    "model.json",
    "meta.json",
    "config.cfg",
    "bento.yaml",
    "_METADATA",
    ".metadata",
    "tokenizer.json",
    "adapter_config.json",
    "Manifest.json",
    "loadstone.json",
    "model_index.json",
    "model.pkl",
    "tf_model.h5",
    "latest",
    "trainer_state.json",
    "generation_config.json",
    "model.onnx",
)


def _odd(kind, make):
    for name in ODD:
        for whole in ("", "/*"):

            def attack_(folder, name=name, whole=whole):
                inside = folder / "model"
                inside.mkdir()
                for other in ("config.json", "model.safetensors"):
                    (inside / other).write_bytes(b"{}")
                (inside / name).unlink(missing_ok=True)
                make(inside / name)
                return f"{inside}{whole}"

            ATTACKS[f"folder: `{name}` is {kind}{whole}"] = attack_


_odd("a pipe", os.mkfifo)
_odd("a link to /dev/zero", lambda path: path.symlink_to("/dev/zero"))
_odd("a link out of the folder", lambda path: path.symlink_to("/etc/passwd"))
_odd("a link to itself", lambda path: path.symlink_to(path.name))
_odd("a terabyte of nothing", lambda path: _sparse(path, 1 << 40))


@attack
def links_that_loop(folder):
    (folder / "a").mkdir()
    (folder / "a" / "b").symlink_to(folder / "a")
    (folder / "a" / "up").symlink_to("..")
    (folder / "a" / "root").symlink_to("/")
    (folder / "a" / "model.pt").write_bytes(torch())
    return f"{folder}/*"


@attack
def folders_all_the_way_down(folder):
    here = Path.cwd()
    os.chdir(folder)
    for _ in range(1500):
        Path("d").mkdir()
        os.chdir("d")
    os.chdir(here)
    return f"{folder}/*"


def _sparse(path, size, head=b""):
    with open(path, "wb") as out:  # noqa: PTH123 - a text as well
        out.write(head)
        out.truncate(size)
    return path


for _word, _head in {
    "nothing": b"",
    "a pickle": b"\x80\2",
    "a protocol 0 pickle": b"(lp0\n",
    "an archive": LOCAL,
    "safetensors": (1 << 39).to_bytes(8, "little") + b'{"',
    "GGUF": b"GGUF\3\0\0\0" + b"\xff" * 16,
    "HDF5": b"\x89HDF\r\n\x1a\n",
    "text": b"tree\nversion=v4\n",
    "XML": b"<?xml version='1.0'?><PMML>",
    "JSON": b'{"learner": {',
    "npy": npy("'<f8'", (1 << 37,)),
    "TFLite": b"\x1c\0\0\0TFL3",
    "ONNX": b"\x08\x08\x12\4abcd:\xff\xff\xff\xff\x7f",
    "msgpack": b"\xdf\xff\xff\xff\xff",
    "UBJSON": b"{L\0\0\0\0\0\0\0\7learner{",
    "tar": b"storages".ljust(257, b"\0") + b"ustar\0",
    "CatBoost": b"CBM1\xff\xff\xff\x7f",
    "fastText": struct.pack("<ii", 793712314, 12),
    "gzip": b"\x1f\x8b\x08",
    "a legacy file": bytes.fromhex("80028a0a6cfc9c46f9206aa850192e"),
    "Paddle": bytes(16),
    "an old booster": b"binf",
    "a big text": b"hello world\n",
}.items():
    ATTACKS[f"a terabyte that starts as {_word}"] = lambda folder, head=_head: _sparse(
        folder / "model.pth", 1 << 40, head
    )

# depth and count
file("json: depth", b'{"learner": ' + b'{"a":' * 200_000)
file("json: a list of a million lists", b'{"learner": [' + b"[]," * 2_000_000 + b"1]}")
file("json: keys twice", b'{"version": [1], "learner": {}, "learner": {"a": 1}}')
file("json: NaN", b'{"version": [2,0,0], "learner": {"learner_model_param": {"base_score": NaN}}}')
file("json: not UTF-8", b'{"version": [2,0,0], "learner": "\xff\xfe"}')
file("json: a number of a million digits", b'{"learner": ' + b"9" * 1_000_000 + b"}")
file("ubjson: depth", b"{L\0\0\0\0\0\0\0\7learner" + b"{L\0\0\0\0\0\0\0\1a" * 100_000)
file("ubjson: count", b"{L\0\0\0\0\0\0\0\7learner[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff")
file("ubjson: many", b"{L\0\0\0\0\0\0\0\7learner[" + b"Z" * 20_000_000)
file("msgpack: depth", b"\x81\xa1a" * 100_000)
file("msgpack: count", b"\x81\xa6params\xdf\xff\xff\xff\xff")
file("msgpack: many", b"\x81\xa6params\xdd\0\x98\x96\x80" + b"\x90" * 10_000_000)
file(
    "xml: laughs",
    b'<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(20))
    + b"]><PMML>&u;</PMML>",
)
file(
    "xml: a file from outside",
    b'<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML>&a;</PMML>',
)
file("xml: depth", b'<?xml version="1.0"?><PMML>' + b"<a>" * 500_000)
file(
    "xml: count",
    b'<?xml version="1.0"?><net name="a" version="11"><layers>'
    + b'<layer id="1" type="A"/>' * 1_000_000,
)
file("gguf: counts of 2 to the 64", b"GGUF\3\0\0\0" + b"\xff" * 16)
file(
    "gguf: a text of 2 to the 63",
    b"GGUF\3\0\0\0" + (1).to_bytes(8, "little") * 2 + b"\xff" * 7 + b"\x7f",
)
file(
    "gguf: arrays in arrays",
    b"GGUF\3\0\0\0"
    + bytes(8)
    + (1).to_bytes(8, "little")
    + (1).to_bytes(8, "little")
    + b"a\x09\0\0\0"
    + (b"\x09\0\0\0" + (1).to_bytes(8, "little")) * 100_000,
)
file("safetensors: a header of 2 to the 63", b"\xff" * 7 + b"\x7f{")
file(
    "safetensors: 64 MB of brackets",
    lambda: (64 << 20).to_bytes(8, "little") + b'{"a":' + b"[" * (64 << 20),
)
file("safetensors: many names", lambda: _names(300_000))
file(
    "safetensors: keys twice",
    (137).to_bytes(8, "little")
    + (
        b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
        b'"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}'
    ).ljust(137)
    + bytes(5),
)
file("protobuf: depth", lambda: _deep(20_000), as_="model.onnx")
file(
    "protobuf: many fields",
    b"\x08\x08\x3a\x84\xad\xe2\x04" + b"\x08\1" * 5_000_000,
    as_="model.onnx",
)
file("lightgbm: many lines", b"tree\nversion=v4\n" + b"a=1\n" * 5_000_000)
file("lightgbm: a line", b"tree\nversion=v4\nfeature_names=" + b"a " * 20_000_000)


def _names(count):
    text = json.dumps(
        {f"{n:07d}": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for n in range(count)}
    ).encode()
    return len(text).to_bytes(8, "little") + text


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _deep(depth):
    data = b""
    for _ in range(depth):
        data = b"\x3a" + _varint(len(data)) + data
    return b"\x08\x08" + data


def _sized(tag, body):
    return tag + _varint(len(body)) + body


def _external(path):
    entry = _sized(b"\x0a", b"location") + _sized(b"\x12", path)
    tensor = b"\x08\1\x10\1\x42\1a" + _sized(b"\x6a", entry) + b"\x70\1"
    return b"\x08\x08" + _sized(b"\x3a", _sized(b"\x2a", tensor))


# paths in an index lead out
def _folder(name, **files):
    def make(folder):
        (folder / "secret").write_bytes(b"x" * 1000)
        inside = folder / "model"
        inside.mkdir()
        for file_, text in files.items():
            path = inside / file_.replace("__", ".").replace("_SLASH_", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return inside

    ATTACKS[f"index: {name}"] = make


for _path in (
    "../secret",
    "/etc/passwd",
    "..\\secret",
    "a/../../secret",
    "~/secret",
    "//host/secret",
    "C:\\secret",
    "model\0.bin",
):
    _map = json.dumps({"weight_map": {"a": _path}, "metadata": {}})
    _folder(f"safetensors to {_path!r}", model__safetensors__index__json=_map)
    _folder(
        f"torch to {_path!r}",
        pytorch_model__bin__index__json=_map,
        config__json='{"model_type": "bert"}',
    )
    _folder(
        f"hf to {_path!r}",
        model__safetensors__index__json=_map,
        config__json='{"model_type": "bert"}',
    )
    _folder(
        f"MLmodel to {_path!r}",
        MLmodel="artifact_path: "
        + json.dumps(_path)
        + "\nflavors:\n  sklearn:\n    pickled_model: "
        + json.dumps(_path)
        + "\n    code: "
        + json.dumps(_path)
        + "\n  python_function:\n    loader_module: os\n    data: "
        + json.dumps(_path)
        + "\n    code: "
        + json.dumps(_path)
        + "\n    env: "
        + json.dumps(_path)
        + "\n",
    )
    _folder(
        f"sentence-transformers to {_path!r}",
        modules__json=json.dumps([{"idx": 0, "name": "0", "path": _path, "type": "os.system"}]),
        config_sentence_transformers__json="{}",
    )
    _folder(
        f"diffusers to {_path!r}",
        model_index__json=json.dumps({"_class_name": "P", _path: ["os", "system"]}),
    )
    _folder(
        f"tfjs to {_path!r}",
        model__json=json.dumps(
            {
                "weightsManifest": [
                    {"paths": [_path], "weights": [{"name": "a", "dtype": "float32", "shape": [1]}]}
                ],
                "modelTopology": {},
            }
        ),
    )
    _folder(
        f"Core ML to {_path!r}",
        Manifest__json=json.dumps(
            {
                "fileFormatVersion": "1.0.0",
                "itemInfoEntries": {
                    "a": {"path": _path, "name": "m", "author": "com.apple.CoreML"}
                },
                "rootModelIdentifier": "a",
            }
        ),
    )
    _folder(
        f"spaCy to {_path!r}",
        meta__json=json.dumps({"lang": "en", "pipeline": [_path]}),
        config__cfg='[nlp]\nlang = "en"\npipeline = ["'
        + _path.replace("\\", "/").replace("\0", "")
        + '"]\n',
    )
    _folder(
        f"orbax to {_path!r}",
        _METADATA=json.dumps(
            {
                "tree_metadata": {
                    _path: {
                        "key_metadata": [{"key": _path, "key_type": 2}],
                        "value_metadata": {"value_type": "jax.Array", "skip_deserialize": False},
                    }
                },
                "use_zarr3": True,
            }
        ),
        _CHECKPOINT_METADATA=json.dumps({"item_handlers": _path}),
    )
    _folder(f"DeepSpeed to {_path!r}", latest=_path)
    _folder(
        f"a TF checkpoint to {_path!r}",
        checkpoint=f'model_checkpoint_path: "{_path}"\nall_model_checkpoint_paths: "{_path}"\n',
    )
    _folder(
        f"MLEM to {_path!r}",
        model__mlem=(
            f"artifacts:\n  data:\n    hash: a\n    size: 1\n    uri: '{_path}'\n"
            "object_type: model\nmodel_type:\n  type: sklearn\n"
        ),
    )
    _folder(
        f"Bento to {_path!r}",
        bento__yaml="name: a\nservice: os:system\nmodels:\n- tag: " + json.dumps(_path) + "\n",
    )
    file(
        f"mar: manifest to {_path!r}",
        zipped(
            (
                "MAR-INF/MANIFEST.json",
                json.dumps(
                    {
                        "model": {
                            "modelName": "a",
                            "serializedFile": _path,
                            "handler": _path,
                            "modelFile": _path,
                        }
                    }
                ).encode(),
            )
        ),
        as_="m.mar",
    )
    file(f"onnx: external data at {_path!r}", _external(_path.encode()), as_="model.onnx")
_folder(
    "MLmodel with a YAML bomb",
    MLmodel="a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [" + ",".join([f"*{chr(97 + i)}"] * 9) + "]\n"
        for i in range(20)
    )
    + "flavors: *u\n",
)
_folder(
    "MLmodel with a YAML tag",
    MLmodel='flavors:\n  sklearn: !!python/object/apply:os.system ["true"]\n',
)
_folder("MLmodel of depth", MLmodel="flavors: " + "[" * 100_000)
_folder("MLmodel of many lines", MLmodel="flavors:\n" + "  a: 1\n" * 400_000)
_folder("bento of depth", bento__yaml="".join(" " * n + "a:\n" for n in range(3000)))


def _tar(kind, name, link=""):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as out:
        for other in ("storages", "tensors", "pickle"):
            info = tarfile.TarInfo(other)
            info.size = len(CALL)
            out.addfile(info, io.BytesIO(CALL))
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        out.addfile(info)
    return buffer.getvalue()


def _pax():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as out:
        for name in ("storages", "tensors", "pickle"):
            info = tarfile.TarInfo(name)
            info.size = len(CALL)
            info.pax_headers = {"size": "0"} if name == "pickle" else {}
            out.addfile(info, io.BytesIO(CALL))
    return buffer.getvalue()


file("tar: a pax size against the header's", _pax(), calls=True)
file("tar: pickles that call", _tar(tarfile.REGTYPE, "x"), calls=True)
file("tar: a link out", _tar(tarfile.SYMTYPE, "a", "/etc/passwd"))
file("tar: a device", _tar(tarfile.CHRTYPE, "a"))
file("tar: a name that climbs", _tar(tarfile.REGTYPE, "../../etc/passwd"))


def _sized_tar(field):
    """A tar of torch's, the size of whose pickle is written so."""
    data = bytearray(_tar(tarfile.REGTYPE, "x"))
    at = data.index(b"pickle")
    data[at + 124 : at + 136] = field.ljust(12, b"\0")
    data[at + 148 : at + 156] = b" " * 8
    data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    return bytes(data)


for _field in (
    b"0_0000000_32",
    b"+00000000032",
    b"0o32",
    b"0x1a",
    b"-0000000032",
    b"\xff" * 12,
    b"1a",
):
    file(f"tar: a size of {_field!r}", _sized_tar(_field), calls=True)
file("tar: a size in base 256", _sized_tar(b"\x80" + (26).to_bytes(11, "big")), calls=True)


def _pax_size(told):
    body = b" size=" + told + b"\n"
    body = b"%d" % (len(body) + 2) + body
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as out:
        for name in ("storages", "tensors", "x", "pickle"):
            info = tarfile.TarInfo(name)
            info.type = tarfile.XHDTYPE if name == "x" else tarfile.REGTYPE
            held = body if name == "x" else CALL
            info.size = len(held)
            out.addfile(info, io.BytesIO(held))
    return buffer.getvalue()


for _told in ("\xb2", "2_6", "+26", " 26", "0x1a", "\u0662\u0666"):
    file(f"tar: a pax size of {_told!a}", _pax_size(_told.encode()), calls=True)

# digits that are none, and other texts that only look like numbers
file(
    "torch: a version that is a superscript",
    zipped(("m/data.pkl", STATE), ("m/version", b"\xc2\xb2")),
)
file(
    "pointer: a size that is a superscript",
    b"version https://git-lfs.github.com/spec/v1\nsize \xc2\xb2\n",
)
file("numpy: a width that is a superscript", b"\x80\2cnumpy\ndtype\nX\3\0\0\0f\xc2\xb2\x85R.")
_folder(
    "MLmodel with half an escape", MLmodel='flavors:\n  sklearn:\n    a: "\\x"\n    b: "\\ud800"\n'
)
_folder(
    "MLmodel with an endless number",
    MLmodel="flavors:\n  sklearn:\n    a: 1.0e999\n    b: " + "9" * 5000,
)

# half of a character, which Python's JSON takes
_HALF = b'{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
file("safetensors: half of a character", len(_HALF).to_bytes(8, "little") + _HALF)
for _half in (b'{"\\ud800": "a.safetensors"}', b'{"a": "\\ud800.safetensors"}'):
    _folder(
        f"safetensors with half of a character in {_half!r}",
        model__safetensors__index__json=b'{"weight_map": ' + _half + b"}",
    )

_folder(
    "tfjs with half of a character",
    model__json=b'{"modelTopology": {"node": [{"op": "\\ud800"}]}, "generatedBy": "\\udfff", '
    b'"weightsManifest": [{"paths": ["\\ud800"], "weights": [{"name": "\\ud800"}]}]}',
)

file(
    "torch package: a pickle outside of its folder",
    zipped(("p/.data/extern_modules", b""), ("p/.data/version", b"6"), ("q/a.pkl", CALL)),
    calls=True,
)

# what patterns took minutes for: blank lines, quotes that are not closed, classes that do not end
_folder("SavedModel of blank lines", saved_model__pbtxt=b"meta_graphs {\n" + b"\n" * 300_000 + b"!")
file("graph of blank lines", b'node {\n  name: "a"\n  op: "Const"\n' + b"\n" * 300_000 + b"!")
_folder("list of quotes", MLmodel='flavors: {}\nx: ["' + '\\"' * 100_000 + "]\n")
_folder("text of quotes", MLmodel='flavors: {}\nx: "\n' + ("  " + '\\"' * 25 + "\n") * 5000)
file(
    "TorchScript of classes that do not end",
    zipped(
        ("m/constants.pkl", b"\x80\x02)."),
        ("m/data.pkl", b"\x80\x02}."),
        ("m/code/a.py", b"class a(Module):\n  __parameters__ = [" * 20_000),
        ("m/code/b.py", b'class a(Module):\n  __parameters__ = ["' + b'\\"' * 200_000),
    ),
)

# lines for which a pattern may try every length
for _word, _line in {
    "spaces": b"a" + b" " * 200_000 + b"b",
    "extras": b"a[" + b"b," * 100_000,
    "versions": b"a==" + b"1." * 100_000,
}.items():
    _folder(f"requirements with {_word}", MLmodel="flavors: {}\n", requirements__txt=_line)
    _folder(
        f"conda with {_word}",
        MLmodel="flavors: {}\n",
        conda__yaml=b"dependencies:\n- '" + _line + b"'\n- pip:\n  - '" + _line + b"'\n",
    )

# the rest of what scanners miss
file(
    "pickle: a dotted name", b"\x80\4\x8c\2os\x8c\x0epath.os.system\x93\x8c\4true\x85R.", calls=True
)
file(
    "pickle: a dotted name in GLOBAL", b"\x80\4cos\npath.os.system\nX\4\0\0\0true\x85R.", calls=True
)
file("pickle: an extension code that is called", b"\x80\2\x82\1)R.", calls=True)
file("pickle: a long extension code", b"\x80\2\x84\xff\xff\xff\x7f)R.", calls=True)
file("pickle: unhashable keys", b"\x80\2}(]q\0h\0}h\0u0" + CALL, calls=True)
file("pickle: a set of what cannot be hashed", b"\x80\4\x8f(]}\x90" + CALL, calls=True)
file("pickle: a hex number, read as zero elsewhere", b"I0x41\n0" + CALL, calls=True)
file("pickle: an octal number", b"I010\n0" + CALL, calls=True)
file("pickle: a number with underscores", b"L1_0L\n0" + CALL, calls=True)
file("pickle: behind an array", npy("'<f8'", body=bytes(8)) + CALL)
file("pickle: behind a tar", lambda: _tar(tarfile.REGTYPE, "x")[:512] + bytes(1024) + CALL)
file("pickle: behind an archive", torch() + CALL)
file(
    "7z: named as a checkpoint, with a pickle behind", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(100) + CALL
)
file("safetensors: lengths near 2 to the 63", b"\xff" * 7 + b"\x7f" + b'{"a":1}' + bytes(100))
file("zip: a zip64 field of another size", lambda: _zip64(torch(CALL), 1 << 40), calls=True)
file("zip: a zip64 field of no size", lambda: _zip64(torch(CALL), 0), calls=True)
file("zip: a zip64 field that is cut", lambda: _zip64(torch(CALL), None), calls=True)


def _zip64(data, size):
    """Give the first member of a directory its size in a zip64 field."""
    at, end = data.index(CENTRAL), data.index(END)
    named = int.from_bytes(data[at + 28 : at + 30], "little")
    extra = b"\1\0\x10\0" + (b"" if size is None else size.to_bytes(8, "little") * 2)
    entry = bytearray(data[at : at + 46 + named])
    entry[20:28] = b"\xff" * 8
    entry[30:32] = len(extra).to_bytes(2, "little")
    longer = bytearray(data[:at] + entry + extra + data[at + 46 + named :])
    end += len(extra)
    whole = int.from_bytes(longer[end + 12 : end + 16], "little") + len(extra)
    longer[end + 12 : end + 16] = whole.to_bytes(4, "little")
    return bytes(longer)


for _path in sorted(Path(__file__).parent.glob("*/*.bin")) + sorted(
    Path(__file__).parent.glob("*/*.pkl")
):
    file(f"committed: {_path.stem}", _path.read_bytes())

# a part of a real model is a link to where it was before
REAL = Path(__file__).parents[1] / "files"
PARTED = (
    "containers/bentoml",
    "containers/mlem",
    "containers/mlflow",
    "containers/spacy",
    "coreml/program.mlpackage",
    "flax/orbax_ocdbt",
    "flax/orbax_zarr",
    "gguf/sharded",
    "hf/adapter",
    "hf/bert",
    "hf/diffusers",
    "hf/gpt2-bin-shards",
    "hf/gpt2-shards",
    "hf/sentences",
    "hf/trainer",
    "openvino",
    "paddle",
    "pickles/joblib-0.9",
    "tensorflow/tf-1.15.5/saver",
    "tensorflow/tf-1.15.5/v1",
    "tensorflow/tf-2.15.1/keras",
    "tensorflow/tf-2.15.1/module",
    "tensorflow/tfjs-3.18.0/layers",
)
LINKED = []  # attacks by a link in a folder that is read as one artifact


def _linked(name, real, part):
    for whole in ("", "/*"):

        def attack_(folder, whole=whole):
            inside = folder / "model"
            shutil.copytree(real, inside)
            moved = inside / part
            shutil.rmtree(moved) if moved.is_dir() else moved.unlink()
            moved.symlink_to(real / part)
            return f"{inside}{whole}"

        ATTACKS[f"link: `{part}` of {name}{whole}"] = attack_
    LINKED.append(f"link: `{part}` of {name}")


def _linked_all(name, real):
    for part in sorted(real.rglob("*")):
        if part.suffix != ".py":
            _linked(name, real, part.relative_to(real))


for _name in PARTED:
    _linked_all(_name, REAL / _name)
for _name in ("external_onnx1.17.0.onnx.data", "external_onnx1.17.0.onnx"):
    _linked("onnx", REAL / "onnx", Path(_name))


def _made(name, **members):
    """Keep attacks by each file of a folder that is made here."""
    for part in members:

        def attack_(folder, part=part):
            inside = folder / "model"
            for other, data in members.items():
                path = inside / other
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            away = Path(tempfile.mkdtemp(prefix="away", dir=folder.parent), "part")
            (inside / part).rename(away)
            (inside / part).symlink_to(away)
            return inside

        ATTACKS[f"link: `{part}` of {name}"] = attack_
        LINKED.append(f"link: `{part}` of {name}")


def _safetensors():
    header = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    return len(header).to_bytes(8, "little") + header + b"\0"


_made(
    "a bundle",
    **{
        "loadstone.json": b'{"forms": [{"kind": "a", "weights": {"a": "forms/a.safetensors"}}]}',
        "forms/a.safetensors": _safetensors(),
    },
)
_made("a distributed checkpoint", **{".metadata": STATE, "__0_0.distcp": b"a"})
_made(
    "an unpacked archive",
    **{"data.pkl": STATE, "version": b"3\n", "byteorder": b"little", "data/0": b"abcd"},
)
_made("DeepSpeed", **{"latest": b"step1", "step1/mp_rank_00_model_states.pt": torch()})


@attack
def link_snapshots_of_a_cache(folder):
    inside = folder / "models--a--b"
    inside.mkdir()
    (inside / "snapshots").symlink_to(REAL / "hf")
    return inside


@attack
def link_a_snapshot_of_a_cache(folder):
    inside = folder / "models--a--b"
    (inside / "snapshots").mkdir(parents=True)
    (inside / "snapshots" / "0123").symlink_to(REAL / "hf" / "bert")
    return inside


@attack
def link_a_blob_of_a_cache(folder):
    inside = folder / "models--a--b"
    for name in ("snapshots/0123", "blobs"):
        (inside / name).mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (inside / "snapshots" / "0123" / name).symlink_to(f"../../blobs/{name}")
        (inside / "blobs" / name).symlink_to(REAL / "hf" / "bert" / name)
    return inside


@attack
def link_of_a_link(folder):
    inside = folder / "model"
    inside.mkdir()
    (inside / "config.json").write_bytes(b'{"model_type": "bert"}')
    (inside / "model.safetensors").symlink_to("a")
    (inside / "a").symlink_to("../away")
    (folder / "away").symlink_to(REAL / "hf" / "bert" / "model.safetensors")
    return inside


# JSON whose values take many times the text, in every file that holds JSON
def _full(before, item, after, size):
    return before + b",".join([item] * (size // (len(item) + 1))) + after


_ITEMS = {"objects": b'{"a":1}', "lists": b"[]", "numbers": b"1", "texts": b'""'}
for _word, _item in _ITEMS.items():
    for _what, _before, _after, _size, _as in (
        ("XGBoost", b'{"learner": {}, "version": [', b"]}", 4_000_000, "m.json"),
        ("TensorFlow.js", b'{"modelTopology": {}, "weightsManifest": [', b"]}", 60 << 20, "a.json"),
        ("an index", b'{"weight_map": {"a": "a.safetensors"}, "b": [', b"]}", 30 << 20, "i.json"),
        ("Keras", b'{"class_name": "Sequential", "config": [', b"]}", 15 << 20, "k.json"),
        ("Paddle", b'{"base_code": {"magic": "pir"}, "program": [', b"]}", 15 << 20, "p.json"),
        ("LightGBM", b'{"name": "tree", "version": "v4", "tree_info": [', b"]}", 7 << 20, "l.json"),
        ("no model", b'{"error": [', b"]}", 40 << 20, "x.json"),
    ):
        file(
            f"json: {_word} of {_what}",
            lambda before=_before, item=_item, after=_after, size=_size: _full(
                before, item, after, size
            ),
            as_=_as,
        )
    for _name in (
        "schema.json",
        "config.json",
        "serialized_exported_program.json",
        "models/model.json",
        "MAR-INF/MANIFEST.json",
        "loadstone.json",
    ):
        file(
            f"json: {_word} of {_name} in an archive",
            lambda name=_name, item=_item: zipped(
                ("archive_format", b"pt2"),
                ("version", b"3"),
                (name, _full(b'{"a": [', item, b"]}", 40 << 20)),
                method=8,
            ),
        )
    file(
        f"safetensors: a header of {_word}",
        lambda item=_item: _headed(_full(b'{"a":[', item, b"]}", 40 << 20)),
    )


def _headed(header):
    return len(header).to_bytes(8, "little") + header


file("safetensors: 100000 names", lambda: _names(100_000))
file("safetensors: names of 90 MB", lambda: _headed(b'{"' + b"a" * (90 << 20) + b'":1}'))
for _opcode in b"}]()N":
    file(
        f"zip: a whole pickle of {_opcode:c}",
        lambda opcode=_opcode: zipped(
            ("m/data.pkl", b"\x80\2(" + bytes([opcode]) * (127 << 20)),
            ("m/version", b"3"),
            method=8,
        ),
    )
    file(
        f"pickle: gzip bomb of {_opcode:c}",
        lambda opcode=_opcode: gzip.compress(b"\x80\2(" + bytes([opcode]) * (95 << 20), 1),
    )
    file(f"pickle: 100 MB of {_opcode:c}", b"\x80\2(" + bytes([_opcode]) * (100 << 20))


def _many_keys(count):
    """A state dict of empty tensors, as torch writes it."""
    storage = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + b"0X\3\0\0\0cpuK\1tQ"
    made = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0K\1\x85K\1\x85\x89)tR"
    items = b"".join(b"X\x08\0\0\0%08d" % n + made for n in range(count))
    return torch(b"\x80\2}(" + items + b"u.", ("m/data/0", bytes(4)))


file("torch: 100000 tensors", lambda: _many_keys(100_000))


def _ggufs(count):
    number = count.to_bytes(8, "little")
    one = b"\x08\0\0\0\0\0\0\0%08d\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    return b"GGUF\3\0\0\0" + number + bytes(8) + b"".join(one % n for n in range(count))


file("gguf: 300000 tensors", lambda: _ggufs(300_000))
file(
    "onnx: 300000 tensors",
    lambda: (
        b"\x08\x08"
        + _sized(
            b"\x3a",
            b"".join(
                _sized(b"\x2a", b"\x08\1\x10\1\x42\x08%08d\x4a\4abcd" % n) for n in range(300_000)
            ),
        )
    ),
    as_="model.onnx",
)
file(
    "flax: 300000 arrays",
    lambda: (
        b"\xdf"
        + (300_000).to_bytes(4, "big")
        + b"".join(b"\xa8%08d\xc7\x11\1\x93\x91\1\xa7float32\xc4\4abcd" % n for n in range(300_000))
    ),
)
file("npz: 100000 arrays", lambda: _npz(100_000), as_="model.npz")


def _npz(count):
    body = npy("'<f8'", body=bytes(8))
    local = struct.pack("<4sHHHHHIIIHH", LOCAL, 20, 0, 0, 0, 0, 0, len(body), len(body), 12, 0)
    one = len(local) + 12 + len(body)
    out, central = bytearray(), bytearray()
    for n in range(count):
        name = b"%08d.npy" % n
        out += local + name + body
        central += struct.pack(
            "<4sHHHHHHIIIHHHHHII", CENTRAL, 20, 20, 0, 0, 0, 0, 0, len(body), len(body), 12,
            0, 0, 0, 0, 0, n * one,
        ) + name  # fmt: skip
    ended = struct.pack(
        "<4sHHHHIIH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, len(central), len(out), 0
    )
    return bytes(out + central + ended)
