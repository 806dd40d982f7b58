#!/usr/bin/env python3
"""Finds a `default` in a `switch` over the types of records: `recordtypes.py SOURCES`.

A type that Prometheus gets tomorrow would fall into it in silence; without one, the compiler names every place.
Knows a `switch` over them by its cases, as `swift format` sets them: at the margin of the `switch` itself.
"""

import pathlib
import re
import sys

SWITCH = re.compile(r"^(\s*)(?:.*[=(]\s*|return |try )?switch (.*) \{$")
CASE = re.compile(r"\.(\w+)")


def types(sources):
    """The names of all types, and those that nothing else is called by."""
    text = (sources / "TSDBFormat/Records/RecordType.swift").read_text()
    names = set(re.findall(r"^  case (\w+)", text, re.M))
    return names, names - {"series", "tombstones", "exemplars", "metadata", "unknown", "samples"}


def switches(lines):
    """Each switch: its line, what it is over, and the labels at its margin, with theirs."""
    for number, line in enumerate(lines):
        found = SWITCH.match(line)
        if not found:
            continue
        margin = found.group(1)
        labels, open_label = [], False
        for place in range(number + 1, len(lines)):
            inner = lines[place]
            if inner.startswith(margin + "}"):
                break
            if inner.startswith((margin + "case ", margin + "default")):
                labels.append([place, ""])
                open_label = True
            if open_label:
                labels[-1][1] += inner.split("//")[0]
                open_label = not re.search(r":(\s|$)", inner)
        yield number, found.group(2), labels


def main():
    sources = pathlib.Path(sys.argv[1])
    names, own = types(sources)
    strays = []
    for path in sorted(sources.rglob("*.swift")):
        lines = path.read_text().splitlines()
        for _, subject, labels in switches(lines):
            used = set()
            for _, text in labels:
                if text.strip().startswith("case"):
                    used |= set(CASE.findall(re.split(r":(?:\s|$)| where ", text)[0]))
            over = used and used <= names and (used & own or "RecordType" in subject or subject == "type")
            for place, text in labels if over else []:
                if re.match(r"\s*(default|case _)\b", text):
                    strays.append(f"{path}:{place + 1}: a default over the types of records")
    print("\n".join(strays), end="\n" if strays else "")
    return 1 if strays else 0


sys.exit(main())
