"""Answering in words although there are tools: small talk, facts, sums, questions about the model."""
from skills import arithmetic, fact, identity, repeat, smalltalk, tool_boxes, unknown


def _makers(tools):
    groups = {t.group for t in tools}
    yield fact.turn, 30
    yield smalltalk.turn, 26
    yield identity.turn, 14
    if not groups & {"add", "multiply", "calc"}:
        yield arithmetic.turn, 14
    if all(":" in g for g in groups) and not any(g.split(":")[0] in ("look", "send", "share", "print") for g in groups):
        yield repeat.turn, 10
        yield lambda rng, split: unknown.turn(rng, split, context_free=False), 6


def turn(rng, split, tools=None, simple=False):
    """(tools, a turn that needs none of them); its match is the earlier skill's."""
    if not tools:
        tools = tool_boxes.box(rng, split, tool_boxes.any_tool(rng, split), 1 if simple else rng.choice((1, 2, 2, 3, 4)))
    makers = list(_makers(tools))
    while True:
        found = rng.choices([m for m, _ in makers], [w for _, w in makers])[0](rng, split)
        # With tools at hand, what it can do and cannot do is another question.
        if found.answer not in (unknown.LIVE_ANSWER, unknown.TASK_ANSWER, unknown.MATH_ANSWER):
            return tools, found
