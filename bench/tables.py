"""Results as tables that people read."""

__all__ = ["render", "render_goals"]


def render(result):
    """Return the page of a result: a table for each instance, and the machine.

    Parameters
    ----------
    result : dict
        As `python -m bench` writes it.

    Returns
    -------
    str
        Markdown.
    """
    lines = [f"# {result['bench']}", "", f"{result['title']}.", ""]
    for instance in dict.fromkeys(row["instance"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["instance"] == instance]
        columns = list(dict.fromkeys(key for row in rows for key in row if key != "instance"))
        lines += [f"## {instance}", "", "| " + " | ".join(columns) + " |"]
        lines.append("|---" + "|---:" * (len(columns) - 1) + "|")
        lines += [
            "| " + " | ".join(told(row.get(column)) for column in columns) + " |" for row in rows
        ]
        lines.append("")
    machine = result["machine"]
    versions = ", ".join(f"{name} {one}" for name, one in machine["versions"].items() if one)
    lines.append(
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']:g} GiB, load "
        f"{machine['load'][0]:g} before; {machine['system']}; {machine['python']}; kernels "
        f"{machine['kernels']}; {versions}."
    )
    return "\n".join(lines) + "\n"


def render_goals(results):
    """Return the page of all that was to be reached, whatever the bench.

    Parameters
    ----------
    results : list of dict
        As `python -m bench` writes them.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["# What is to be reached", "", "How many times as long as the library others take."]
    lines += [
        "",
        "| bench | task | against | goal | measured | reached |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        for row in result["rows"]:
            if row.get("reached") is not None:
                cells = result["bench"], row["instance"], row["subject"], row["goal"]
                cells = (*cells, row["measured"], told(row["reached"]))
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def told(value):
    """Return a value as a table tells it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.2f}"
    return str(value).replace("|", "\\|")
