"""Reads a QR code off a terminal, by other code than the program's (ISO/IEC 18004; byte mode, level L, undamaged)."""

import re

HALVES = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}
MARGIN = 2
ALIGNMENT = {1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42]}
ALIGNMENT |= {9: [6, 26, 46], 10: [6, 28, 50]}
DATA = {1: [19], 2: [34], 3: [55], 4: [80], 5: [108], 6: [68] * 2, 7: [78] * 2, 8: [97] * 2, 9: [116] * 2}
DATA |= {10: [68, 68, 69, 69]}
MASKS = [
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
]


def read(shown):
    """The text of the one code in what a terminal showed."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    lines = [line for line in re.split(r"\r?\n", plain) if "█" in line and set(line) <= set(HALVES)]
    rows = [[HALVES[character][half] for character in line] for line in lines for half in (0, 1)]
    assert rows, "no code was drawn"
    size = len(rows[0]) - 2 * MARGIN
    assert all(len(row) == size + 2 * MARGIN for row in rows)
    edge = rows[:MARGIN] + rows[MARGIN + size :] + [row[:MARGIN] + row[-MARGIN:] for row in rows]
    assert not any(any(row) for row in edge), "the margin is not light"
    return decode([row[MARGIN:-MARGIN] for row in rows[MARGIN : MARGIN + size]])


def decode(modules):
    size = len(modules)
    version = (size - 17) // 4
    blocks = DATA[version]
    words = codewords(modules, reserved(size, version), MASKS[mask(modules)])
    blocks_words = [[] for _ in blocks]
    for index in range(max(blocks)):
        for block, length in zip(blocks_words, blocks):
            if index < length:
                block.append(next(words))
    bits = "".join(f"{word:08b}" for block in blocks_words for word in block)
    assert bits[:4] == "0100", "not byte mode"
    width = 8 if version < 10 else 16
    count = int(bits[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(bits[start + 8 * n : start + 8 * n + 8], 2) for n in range(count)).decode()


def mask(modules):
    cells = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    form = int("".join(str(modules[y][x]) for y, x in cells), 2) ^ 0x5412
    assert form >> 13 == 0b01, "not level L"
    return form >> 10 & 7


def reserved(size, version):
    """The cells that hold no data."""
    cells = {(y, x) for y in range(size) for x in range(size) if y == 6 or x == 6}
    for y0, x0 in ((0, 0), (0, size - 8), (size - 8, 0)):
        cells |= {(y, x) for y in range(y0, y0 + 8 + (y0 == 0)) for x in range(x0, x0 + 8 + (x0 == 0))}
    cells |= {(8, x) for x in range(size - 8, size)} | {(y, 8) for y in range(size - 8, size)}
    places = ALIGNMENT[version]
    for y in places:
        for x in places:
            if (y, x) not in ((6, 6), (6, places[-1]), (places[-1], 6)):
                cells |= {(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)}
    if version >= 7:
        cells |= {(y, x) for y in range(6) for x in range(size - 11, size - 8)}
        cells |= {(x, y) for y in range(6) for x in range(size - 11, size - 8)}
    return cells


def codewords(modules, taken, masked):
    """The bytes in the order in which they stand: in pairs of columns from the right, up and down."""
    size = len(modules)
    bits = []
    upward = True
    for right in [x for x in range(size - 1, 6, -2)] + [5, 3, 1]:
        for y in range(size - 1, -1, -1) if upward else range(size):
            for x in (right, right - 1):
                if (y, x) not in taken:
                    bits.append(modules[y][x] ^ (masked(y, x) == 0))
        upward = not upward
    for start in range(0, len(bits) - 7, 8):
        yield int("".join(map(str, map(int, bits[start : start + 8]))), 2)
