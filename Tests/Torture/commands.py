"""All commands and forms that a damaged directory is put through, and the exit statuses that are documented."""

import json

SURGERY = [
    ["skip-damage"], ["cut-wal", "--at", "{segment}"], ["cut-wal", "--after={end}"],
    ["rebuild-checkpoint"], ["restore-repair-original"], ["renumber-wal"], ["drop-orphan-tail"],
    ["drop-repeated-series"], ["trim-head-chunks"], ["discard-head"], ["remove-empty-segments"],
    ["quarantine-block", "--block", "{block}"], ["drop-series", "--match", "{selector}"],
    ["flush-head"], ["flush-head", "--drop", "{selector}"], ["rebuild-index"], ["rebuild-meta"],
    ["rewrite-block"], ["keep-block"],
    ["drop-bad-chunks"], ["drop-tombstones"], ["clear-failed-mark"],
]

# The directory stands behind the first word, or the first two of `dump` and `surgery`.
FORMS = [
    ["diagnose"], ["diagnose", "--agent"], ["diagnose", "--prometheus-version", "2.42"],
    ["diagnose", "--memory-limit", "1000000000", "--prometheus-version", "2.53"],
    ["diagnose", "--server-flag", "storage.tsdb.retention.time=1d"],
    ["preflight"], ["preflight", "--agent"], ["preflight", "--memory-limit", "1000000"],
    ["preflight", "--probe-budget", "1s"], ["check"], ["check", "--quick"], ["check", "--deep"],
    ["analyze"], ["analyze", "--format", "promtool"],
    ["analyze", "--format", "promtool", "--extended"], ["ls", "--format", "promtool"], ["analyze", "--head"], ["analyze", "--blocks"], ["analyze", "--extended"],
    ["analyze", "--metric", "{metric}"], ["analyze", "--label", "job"], ["analyze", "--by", "instance"],
    ["analyze", "--match", "{selector}"], ["churn"], ["churn", "--step", "1h"], ["churn", "--head"],
    ["churn", "--by", "target", "--by", "pair", "--blocks"], ["churn", "--since", "1h"],
    ["whatif", "--drop-label", "job"], ["whatif", "--drop", "{selector}"],
    ["whatif", "--keep", "{selector}", "--head"], ["whatif", "--config", "{config}"],
    ["policy", "--policy", "{policy}"], ["policy", "--policy", "{policy}", "--head", "--strict"],
    ["ls"], ["ls", "segments"], ["ls", "checkpoints"], ["ls", "chunks-head"],
    ["ls", "series"], ["ls", "symbols"], ["ls", "labels"], ["ls", "values", "--label", "job"],
    ["ls", "metrics"], ["show", "."], ["show", "#ref/1"], ["show", "#series/{{job=~\".+\"}}"],
    ["show", "{address}"], ["show", "{address}", "--hex"], ["show", "{place}", "--hex"],
    ["show", "{anywhere}"], ["show", "{anywhere}", "--hex"],
    ["dump", "samples"], ["dump", "samples", "--head"], ["dump", "samples", "--blocks"],
    ["dump", "samples", "--max-memory", "64KiB", "--memory-snapshot"],
    ["dump", "samples", "--since", "1h", "--match", "{selector}"], ["dump", "series"],
    ["dump", "records"], ["dump", "records", "--payload"], ["dump", "exemplars"], ["dump", "metadata"],
    ["dump", "tombstones"], ["dump", "chunks"], ["dump", "chunks", "--payload"],
    ["diff", "{sound}"], ["diff", "--since", "1h"], ["diff", "--no-gaps", "{sound}"], ["-diff"],
    ["repair"], ["repair", "--strategy", "cut"], ["repair", "--strategy", "discard-head"],
    ["repair", "--output", "{output}"], ["repair", "--output", "{output}", "--yes"],
    ["evidence", "--output", "{output}"], ["evidence", "--archive", "{output}.tar.zst", "--redact"],
    ["evidence", "--output", "{output}", "--with-series", "--with-raw", "--event", "1h=deploy"],
    ["redact", "--output", "{output}"], ["redact", "--output", "{output}", "--pseudonyms", "length"],
    ["redact", "--output", "{output}", "--pseudonyms", "shape"],
]

# What can be printed besides text.
FORMATS = {
    "churn": ["json", "csv"], "policy": ["json", "sarif"],
    "dump samples": ["json", "csv", "promtool", "openmetrics"], "dump series": ["json", "csv"],
    "dump exemplars": ["json", "csv"], "dump metadata": ["json", "csv"], "dump tombstones": ["json", "csv"],
    "evidence": [],
}

ADDRESSES = [
    "wal/00000000", "wal/00000001#page0", "wal/00000000:0", "chunks_head/000001", "chunks_head/000001:8",
    "{block}/index#toc", "{block}/index#symbols", "{block}/index#series", "{block}/index#postings",
    "{block}/index#postings-table", "{block}/index#label-indices", "{block}/index#label-index-table",
    "{block}/index#symbol/17", "{block}/index#series/16", "{block}/index#series/18446744073709551615",
    "{block}/index#postings/job=api", "{block}#chunk/8", "{block}#chunk/18446744073709551615",
    "{block}/chunks/000001:8", "{block}/meta.json", "{block}/tombstones", "wal/9223372036854775807:9223372036854775807",
]


def documented(words):
    """The exit statuses that `words` may end with."""
    return {0, 1, 2, 3, 4} if words[0] == "preflight" else {0, 1, 2}


def draw(random, directory, values):
    """A command line, drawn by `random`; `values` are what stands in braces."""
    form = random.choice(FORMS + [["surgery"] + operation for operation in SURGERY])
    values = dict(values)
    values["place"] = random.choice(ADDRESSES).format(**values)
    words = [word.format(**values) for word in form]
    if words[0] == "-diff":
        return ["diff", values["sound"], directory]
    count = 2 if words[0] in ("dump", "surgery") else 1
    formats = FORMATS.get(" ".join(words[:count]), ["json"])
    if formats and "--format" not in words and random.random() < 0.5:
        words += ["--format", random.choice(formats)]
    return words[:count] + [directory] + words[count:]


def is_sound_json(text):
    """True for one object, or for one in each line."""
    def refuse(name):
        raise ValueError(name)

    def is_one(part):
        try:
            json.loads(part, parse_constant=refuse)
            return True
        except ValueError:
            return False

    return is_one(text) or all(is_one(line) for line in text.split("\n") if line)
