"""The boxes of a measure: which a plan has, what they are called, what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.random.scene import CIRCLED, Scene
from corpora.random.story import Measure

ORDERS = (
    ("overview", "background", "actions", "departments"),
    ("background", "approach", "actions", "departments"),
    ("overview", "actions", "departments"),
    ("departments", "overview", "background", "approach"),
    ("background", "approach", "departments"),
    ("overview", "background", "approach", "actions", "departments"),
    ("overview", "departments", "background", "actions"),
)
EXTRAS = ("tags", "effect", "audience", "category")


@dataclass(frozen=True, slots=True)
class Slot:
    """A box of a form: its role, its label, its lines (one for running text)."""

    role: str
    label: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def roles_of(scene: Scene) -> list[str]:
    """Which boxes the forms of this plan have, and in which order."""
    roles = list(scene.dice.one("order", ORDERS))
    for extra in EXTRAS:
        if scene.dice.chance(f"extra {extra}", 0.22) and not (
            extra == "category" and scene.look.pill != "none"
        ):
            roles.insert(scene.dice.number(f"place {extra}", 1, len(roles)), extra)
    if scene.look.form in ("prose",):
        roles = ["approach", "actions"] if scene.dice.chance("prose actions", 0.6) else ["approach"]
    if scene.look.form == "matrix":
        roles = [r for r in ("overview", "actions", "departments") if r in roles or r != "overview"]
    return roles


def slots_of(scene: Scene, m: Measure) -> list[Slot]:
    """The boxes of one measure, their text as it will stand there."""
    sources = {
        "overview": m.overview, "background": m.background, "approach": m.approach, "effect": m.effect,
        "audience": m.audience, "category": m.category,
    }  # fmt: skip
    out = []
    for role in roles_of(scene):
        if role == "actions":
            lines = tuple(bulleted(scene, m.actions))
        elif role == "departments":
            lines = tuple(scene.look.offices.join(m.departments).split("\n"))
        elif role == "tags":
            lines = tuple(f"・{t}" for t in m.tags) if len(m.tags) > 1 else tuple(m.tags)
        else:
            lines = (scene.say(sources[role]),)
        out.append(Slot(role, scene.word(role), lines))
    return out


def bulleted(scene: Scene, items: Sequence[str]) -> list[str]:
    if scene.look.bullet == "①":
        return [f"{CIRCLED[i]}{item}" for i, item in enumerate(items)]
    gap = "" if scene.look.bullet == "・" else scene.dice.one("bullet gap", ["", "　"])
    return [f"{scene.look.bullet}{gap}{item}" for item in items]


def add_measure(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """The truth of a measure that shows these boxes."""
    shown = {slot.role: slot for slot in slots}
    texts = {
        role: shown[role].text if role in shown else None for role in ("overview", "background", "approach")
    }
    kind = scene.level_word(m.policy)
    scene.gold.measures.append({
        "id": m.id, "policy": m.policy.id, "policies": [m.policy.id], "number": scene.measure_number(m),
        "title": m.title, **texts, "actions": list(m.actions) if "actions" in shown else [],
        "departments": list(m.departments) if "departments" in shown else [],
        "national_tags": list(m.tags) if "tags" in shown else [],
        "headings_path": [f"{kind}{scene.policy_number(m.policy)}　{m.policy.title}"],
        "page": scene.paper.page,
    })  # fmt: skip
    scene.gold.links.append({"measure": m.id, "item": m.link, "basis": "content"})
