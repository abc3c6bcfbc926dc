"""Say of each line on standard input whether it is a well-formed `sk` key: `good` or `bad`.

Written from the documented rules alone, and shares nothing with keyctl but zlib's CRC-32.
"""

import sys
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LOWER = "abcdefghijklmnopqrstuvwxyz"


def is_good(key):
    head, _, code_and_rest = key.partition("_")
    code, _, rest = code_and_rest.partition("_")
    if head != "sk" or not 1 <= len(code) <= 16 or code[0] not in LOWER:
        return False
    if any(c not in LOWER + "0123456789" for c in code):
        return False
    if len(rest) != 2 + 28 + 6 or any(c not in DIGITS for c in rest):
        return False
    value = 0
    for digit in key[-6:]:
        value = value * 62 + DIGITS.index(digit)
    return value == zlib.crc32(key[:-6].encode("ascii"))


for line in sys.stdin:
    print("good" if is_good(line.rstrip("\n")) else "bad")
