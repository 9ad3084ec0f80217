"""Which encoding a text file is in: proven by decoding all of it, never guessed from a part.

UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (which holds GBK and GB2312). A file that starts in
one and goes on in another is refused with the line where it changes, because GB18030 would decode most UTF-8 text into
rare characters without complaint.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dougong.kit.errors import BadRequest

BLOCK = 1024 * 1024
SAMPLE = 256 * 1024
PLAUSIBLE = 0.8
"""The share of a text's non-ASCII characters that must be in GB 2312 before GB18030 is believed. Western text read as
GB18030 has next to none; Chinese text has nearly all, names with rare characters apart."""

ACCEPTED = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "cp1252", "latin-1", "shift_jis", "euc_kr")
"""What a mapping file may name as `encoding`; the first four are found without being named."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Failure:
    """Where decoding failed: the line and the byte in it, both counted from 1, and the line's bytes."""

    line: int
    byte: int
    content: bytes


def detect_encoding(path: Path) -> str:
    """The Python name of the encoding in which the whole file decodes.

    Raises BadRequest: transfer.encoding_mixed (with both lines), transfer.encoding_unknown (with the line and what the
    file looks like).
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _BOMS:
        if start.startswith(mark):
            check_encoding(path, name)
            return name
    not_utf8 = first_failure(path, "utf-8")
    if not_utf8 is None:
        return "utf-8"
    utf8_line = _first_utf8_line(path)
    if utf8_line is not None:
        raise BadRequest("transfer.encoding_mixed", line=not_utf8.line, byte=not_utf8.byte, other=utf8_line)
    if first_failure(path, "gb18030") is None and _share(_sample(path, "gb18030"), _in_gb2312) >= PLAUSIBLE:
        return "gb18030"
    raise BadRequest(
        "transfer.encoding_unknown", line=not_utf8.line, byte=not_utf8.byte, looks_like=_looks_like(not_utf8.content)
    )


def check_encoding(path: Path, encoding: str) -> None:
    """Raise BadRequest("transfer.encoding_wrong") with the position when the file is not all in `encoding`."""
    failure = first_failure(path, encoding)
    if failure is not None:
        raise BadRequest("transfer.encoding_wrong", encoding=encoding, line=failure.line, byte=failure.byte)


def first_failure(path: Path, encoding: str) -> Failure | None:
    """The first place where the file is not valid `encoding`; None when all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _locate(path, encoding)
    return None


def _locate(path: Path, encoding: str) -> Failure:
    """The failing line. Lines are decoded one by one, which no ASCII-compatible encoding minds."""
    if encoding.startswith("utf-16"):
        return Failure(1, 1, b"")
    number, line = 0, b""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return Failure(number, error.start + 1, line)
    return Failure(number, len(line), line)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _first_utf8_line(path: Path) -> int | None:
    """The first line that is UTF-8 with more than ASCII in it, in a file that as a whole is not UTF-8.

    A line of GB18030 can be valid UTF-8 by accident (the famous 联通), so of the two readings the one with the larger
    share of common characters counts.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.isascii():
                continue
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            try:
                other = line.decode("gb18030")
            except UnicodeDecodeError:
                return number
            if _share(text, _is_common) > _share(other, _is_common):
                return number
    return None


def _sample(path: Path, encoding: str) -> str:
    """The beginning of the non-ASCII lines as text: enough to judge whether it reads as Chinese."""
    kept: list[str] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                kept.append(line.decode(encoding, errors="replace"))
                size += len(line)
                if size > SAMPLE:
                    break
    return "".join(kept)


def _share(text: str, test: Callable[[str], bool]) -> float:
    """The share of the non-ASCII characters of `text` that pass `test`; 1 when there are none."""
    foreign = [character for character in text if not character.isascii()]
    return sum(map(test, foreign)) / len(foreign) if foreign else 1.0


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_common(character: str) -> bool:
    """Level 1 of GB 2312 (the 3,755 most used characters), its punctuation and its full-width forms."""
    if not _in_gb2312(character):
        return False
    first = character.encode("gb2312")[0]
    return 0xA1 <= first <= 0xA3 or 0xB0 <= first <= 0xD7


def _looks_like(content: bytes) -> str:
    """What charset-normalizer takes the bytes for: a hint for a person, never used to decode."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  # rarely needed

    best = from_bytes(content).best()
    return best.encoding if best is not None else "?"
