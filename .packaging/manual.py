#!/usr/bin/env python3
"""Writes man pages: manual.py VERSION DATE FOLDER, what `epimetheus --experimental-dump-help` tells on standard input.

One page for each command, as git has them: epimetheus(1), epimetheus-diagnose(1), epimetheus-dump-samples(1). Lines
of a discussion that are indented are examples, and stay as they are; all else is filled.
"""

import json
import pathlib
import sys

STATUS = [
    ("0", "everything was looked at, and nothing is wrong"),
    ("1", "at least one finding"),
    ("2", "something could not be looked at, or could not be done"),
    ("64", "the command line is wrong"),
]


def escaped(text):
    """Text of which troff takes nothing for a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.split("\n"))


def filled(text):
    """Paragraphs, and examples as they are."""
    lines, is_example = [], False
    for line in text.split("\n"):
        indented = line.startswith("  ")
        if indented != is_example and line.strip():
            lines.append(".PP\n.in +4n\n.EX" if indented else ".EE\n.in")
            is_example = indented
        if not line.strip() and not is_example:
            lines.append(".PP")
        else:
            lines.append(escaped(line.strip() if is_example else line))
    if is_example:
        lines.append(".EE\n.in")
    return "\n".join(lines)


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def argument(item):
    """The tag and the text of an argument or option."""
    value = f"<{item.get('valueName', 'value')}>"
    if item["kind"] == "positional":
        tag = f"\\fI{escaped(value)}\\fR"
    else:
        names = sorted(item["names"], key=lambda name: name["kind"] == "long")
        tag = ", ".join(f"\\fB{escaped(spelled(name))}\\fR" for name in names)
        if item["kind"] == "option":
            tag += f" \\fI{escaped(value)}\\fR"
    text = item.get("abstract", "")
    if item.get("discussion"):
        text += "\n" + item["discussion"]
    if item.get("allValues"):
        text += f" One of: {', '.join(item['allValues'])}."
    if item.get("defaultValue"):
        text += f" Default: {item['defaultValue']}."
    return f".TP\n{tag}\n{filled(text.strip())}"


def synopsis(words, items, children):
    parts = [f"\\fB{escaped(' '.join(words))}\\fR"]
    if children:
        parts.append("\\fI<command>\\fR")
    for item in items:
        if item["kind"] == "positional":
            shown = f"\\fI{escaped('<' + item.get('valueName', 'value') + '>')}\\fR"
            shown += " ..." if item["isRepeating"] else ""
            parts.append(f"[{shown}]" if item["isOptional"] else shown)
    if any(item["kind"] != "positional" for item in items):
        parts.append("[\\fIoptions\\fR]")
    return " ".join(parts)


def page(command, words, version, date, above):
    name = "-".join(words)
    items = [item for item in command.get("arguments", []) if item["shouldDisplay"]]
    children = [c for c in command.get("subcommands", []) if c["shouldDisplay"] and c["commandName"] != "help"]
    out = [
        f'.TH {escaped(name.upper())} 1 "{date}" "epimetheus {version}" "Epimetheus"',
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        synopsis(words, items, children),
    ]
    if command.get("discussion"):
        out += [".SH DESCRIPTION", filled(command["discussion"])]
    for title, kinds in (("ARGUMENTS", ("positional",)), ("OPTIONS", ("option", "flag"))):
        chosen = [argument(item) for item in items if item["kind"] in kinds]
        out += [f".SH {title}", *chosen] if chosen else []
    if children:
        out.append(".SH COMMANDS")
        for child in children:
            shown = f"\\fB{escaped(name + '-' + child['commandName'])}\\fR(1)"
            out.append(f".TP\n{shown}\n{filled(child.get('abstract', ''))}")
    out.append(".SH EXIT STATUS")
    out += [f".TP\n{status}\n{escaped(text)}" for status, text in STATUS]
    if above:
        out += [".SH SEE ALSO", ",\n".join(f".BR {escaped(other)} (1)" for other in above).replace(",\n", " ,\n")]
    return "\n".join(out) + "\n"


def write(command, words, version, date, folder, above):
    (folder / f"{'-'.join(words)}.1").write_text(page(command, words, version, date, above))
    for child in command.get("subcommands", []):
        if child["shouldDisplay"] and child["commandName"] != "help":
            write(child, words + [child["commandName"]], version, date, folder, above + ["-".join(words)])


def main():
    version, date, folder = sys.argv[1:]
    command = json.load(sys.stdin)["command"]
    write(command, [command["commandName"]], version, date, pathlib.Path(folder), [])


if __name__ == "__main__":
    main()
