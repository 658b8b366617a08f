"""`practices review`: the commands with which a person decides on names and practices."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.common import Run, common
from pipeline.errors import UsageError, VocabularyError

if TYPE_CHECKING:
    from pipeline.normalize.decisions import Decision
    from pipeline.run.review import Unmapped

_KIND = click.argument("kind", type=click.Choice(["country", "institution", "region", "topic"]))
_COUNTRY = click.option("--country", metavar="CODE", default="", help="Country of an institution (alpha-3).")
_REASON = click.option("--reason", required=True, help="Why; it is written into the file and into every release.")
_PREVIEW = click.option("--preview", "is_preview", is_flag=True, help="Say what it would change; write nothing.")


@click.group(invoke_without_command=True)
@click.option("--home", type=click.Path(path_type=Path), hidden=True)
@click.option("--json", "as_json", is_flag=True, hidden=True)
@click.pass_context
def review(context: click.Context, *, home: Path | None, as_json: bool) -> None:
    """List names that no vocabulary knows, and decide on them.

    Decisions are lines of vocab/decisions.csv in the home; `practices build` applies them.
    """
    shared = context.find_root().params
    shared["home"], shared["as_json"] = home or shared["home"], as_json or shared["as_json"]
    if context.invoked_subcommand is None:
        context.invoke(listing)


# The list is what `review` alone shows; it takes the same options in both places.
@review.command("list")
@common
def listing(run: Run) -> dict[str, Any]:
    """Show the queue: counts, where it stands, and what a name may mean, with the reason."""
    from pipeline.run.review import queue

    waiting = queue(run.home)
    if not run.wants_json:
        for number, item in enumerate(waiting, start=1):
            click.echo(_shown(item, f"{number}."))
        click.echo(f"{len(waiting)} names wait for a decision", err=True)
    return {"unmapped": [item.as_dict() for item in waiting]}


def _name(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("name")(command)


def _other(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("other")(command)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    return _COUNTRY(_REASON(_PREVIEW(command)))


def _on_name(verdict: str) -> Callable[..., Any]:
    def decide(
        run: Run, kind: str, name: str, reason: str, *, country: str, is_preview: bool, target: str = ""
    ) -> dict[str, Any]:
        from pipeline.run.review import decision

        more = {"country_code": country.upper(), "target_id": target}
        made = decision(run.home, kind, name, verdict, reason, **more)
        return _apply(run, [made], is_preview=is_preview)

    return decide


def _on_practices(verdict: str) -> Callable[..., Any]:
    def decide(run: Run, printed: str, other: str, reason: str, *, is_preview: bool) -> dict[str, Any]:
        from pipeline.run.review import decision

        made = decision(run.home, "identity", printed, verdict, reason, target_id=other)
        return _apply(run, [made], is_preview=is_preview)

    return decide


def _work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    read = click.option("--from", "source", type=click.Path(path_type=Path), help="Decide as a filled-in file says.")
    write = click.option(
        "--to", "target", type=click.Path(path_type=Path), help="Write the queue as a file to fill in."
    )
    return read(write(_PREVIEW(command)))


def _work(run: Run, source: Path | None, target: Path | None, *, is_preview: bool) -> dict[str, Any]:
    """Go through the queue, name by name; or write it into a file, and read that when it is filled in."""
    from pipeline.run.review import queue, read_work, work_file

    if source is not None:
        return _apply(run, read_work(run.home, source), is_preview=is_preview)
    waiting = queue(run.home)
    if target is not None:
        try:
            target.write_text(work_file(waiting), encoding="utf-8")
        except OSError as error:
            raise UsageError(str(target), f"it can not be written: {error.strerror}", "choose another --to") from error
        click.echo(f"{len(waiting)} names written to {target}; fill in verdict and reason, then --from", err=True)
        return {"file": str(target), "names": len(waiting)}
    if not sys.stdin.isatty():
        raise UsageError(
            "review work", "there is no terminal to ask in", "practices review work --to FILE, then --from"
        )
    decided = [made for made in _asked(run, waiting) if _apply(run, [made], is_preview=is_preview)]
    click.echo(f"{_count(len(decided), 'decision')} on {_count(len(waiting), 'name')}", err=True)
    return {"decisions": [made.as_dict() for made in decided]}


def _asked(run: Run, waiting: Sequence["Unmapped"]) -> "Any":
    """Yield a decision for every name that the person does not skip."""
    from pipeline.run.review import decision

    for number, item in enumerate(waiting, start=1):
        click.echo(_shown(item, f"\n{number} of {len(waiting)}"), err=True)
        answer = click.prompt(_question(item), type=click.Choice(_answers(item)), show_choices=False, err=True)
        if answer == "quit":
            return
        if answer == "skip":
            continue
        chosen = item.suggestions[int(answer) - 1] if answer.isdecimal() else None
        target = chosen.target_id if chosen else ""
        if answer == "alias":
            target = click.prompt("id of the entry", err=True)
        reason = click.prompt("why", default=chosen.reason if chosen else None, err=True)
        verdict = "alias" if answer.isdecimal() else answer
        try:
            yield decision(
                run.home, item.kind, item.printed, verdict, reason, country_code=item.country_code, target_id=target
            )
        except UsageError as error:
            click.echo(f"not decided: {error.cause}", err=True)


def _answers(item: "Unmapped") -> list[str]:
    own = ["accept"] if item.kind in ("institution", "topic") else []
    return [*(str(number) for number in range(1, len(item.suggestions) + 1)), *own, "alias", "reject", "skip", "quit"]


def _question(item: "Unmapped") -> str:
    return f"what is it? ({' '.join(_answers(item))})"


def _apply(run: Run, decisions: "Sequence[Decision]", *, is_preview: bool) -> dict[str, Any]:
    """Write decisions, or say what they would change."""
    from pipeline.run.decisions import add_decisions, decisions_path
    from pipeline.run.preview import preview
    from pipeline.run.review import as_usage

    try:
        if is_preview:
            changes = preview(run.home, decisions)
            if not run.wants_json:
                _show_changes(changes)
            return changes
        new = add_decisions(run.home, decisions)
    except VocabularyError as error:
        raise as_usage(error) from error
    for made in new:
        click.echo(f"decided: {made.verdict} {made.printed} {made.target_id}".rstrip(), err=True)
    known = len(decisions) - len(new)
    if known:
        click.echo(f"{known} decided already", err=True)
    return {"file": str(decisions_path(run.home)), "decisions": [made.as_dict() for made in new], "known": known}


def _show_changes(changes: dict[str, Any]) -> None:
    for row in changes["practices"]:
        click.echo(f"{row['practice_id']}  {row['column']}: {_plain(row['old'])} -> {_plain(row['new'])}")
    for practice_id in changes["gone"]:
        click.echo(f"{practice_id}  would lead to another practice")
    for row in (*changes["counts"], *changes["findings"]):
        click.echo(f"{row['table']}  {row['id']}: {row['old']} -> {row['new']}")
    practices = len({row["practice_id"] for row in changes["practices"]}) + len(changes["gone"])
    made = _count(len(changes["decisions"]), "new decision")
    click.echo(f"{made} would change {_count(practices, 'practice')}; nothing is written", err=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _plain(value: object) -> str:
    return "none" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shown(item: "Unmapped", label: str) -> str:
    place = item.country_code or (f"{item.country}, unknown" if item.country else "")
    lines = [
        f"{label} {item.kind}: {item.printed}{f' [{place}]' if place else ''}",
        f"   {_count(item.practice_count, 'practice')} of {', '.join(item.sources)}: {', '.join(item.examples)}",
        f"   {item.pages[0]}" if item.pages else "",
        *(
            f"   {number} {one.target_id}: {one.name} ({one.reason})"
            for number, one in enumerate(item.suggestions, start=1)
        ),
    ]
    return "\n".join(line for line in lines if line)


for verdict, sentence in (
    ("accept", "NAME is right as it is: an entry of its own, under a stable id."),
    ("reject", "NAME is no such thing: leave it without an id, and do not ask again."),
):
    review.command(verdict, help=sentence)(_KIND(_name(_options(common(_on_name(verdict))))))
review.command("alias", help="NAME is another name of the entry TARGET.")(
    _KIND(_name(click.argument("target")(_options(common(_on_name("alias"))))))
)
for verdict, sentence in (
    ("same", "Practice ID is practice OTHER: its sightings belong there, and ID leads there."),
    ("different", "Practices ID and OTHER are two, whatever any rule says."),
):
    command = _REASON(_PREVIEW(common(_on_practices(verdict))))
    review.command(verdict, help=sentence)(click.argument("printed", metavar="ID")(_other(command)))
review.command("work")(_work_options(common(_work)))
