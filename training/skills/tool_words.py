"""Tools composed from a verb and a noun, so that the model learns to match words and not a list of tools.

A verb: group, names and requests ("~" = held out); groups of the same letter are too close to stand side by side.
"""
import re

import words
from skills.toolbox import Param, Tool

_VERBS = """
look: get; show; fetch; read; view; see | get; show me; show; fetch; give me; i need; i want to see; read me; let me see; what is; tell me; ~bring me; ~please let me have
look: find; search; lookup; locate; look_up | find; search for; look for; look up; locate; where is; ~try to find; ~hunt for
look: check; inspect; test; verify | check; look at; verify; test; ~have a look at
look: list; list_all | list; show me; give me a list of; ~write down
count: count | count; ~tell me the count of
make: create; make; add; new; insert; register | create; make; add; set up; make me; register; i want a new; i need a new; ~start a new
kill: delete; remove; erase; drop; clear | delete; remove; erase; clear; get rid of; drop; throw away; ~wipe out; ~take away
change: update; change; edit; modify; set | update; change; edit; modify; set; ~adjust; ~alter
send: send; forward; mail | send; forward; mail; ~send out
open: open | open; open up; ~please open
close: close; shut | close; shut; ~please close
lock: lock | lock; lock up
unlock: unlock | unlock
start: start; run; launch; begin; turn_on; activate; enable | start; run; launch; begin; turn on; switch on; activate; enable; ~power up
stop: stop; halt; end; turn_off; deactivate; disable | stop; halt; end; turn off; switch off; disable; ~shut down
pause: pause | pause; ~hold
book: book; reserve | book; reserve; i want to book; i would like to reserve; ~get me a booking for
cancel: cancel; call_off | cancel; call off; i want to cancel; ~undo
order: order; buy; purchase | order; buy; i want to buy; purchase; get me; ~pay for
sell: sell | sell; i want to sell
rate: rate; review | rate; review; ~judge
print: print | print; print out
share: share; publish; post | share; publish; post
move: move; transfer; shift | move; transfer; shift; bring; ~carry
rename: rename | rename; give a new name to
copy: copy; duplicate; clone | copy; duplicate; clone; make a copy of; ~double
clean: clean; wash | clean; wash; clean up; ~tidy
fix: repair; fix | repair; fix; ~mend
save: save; store; keep | save; store; keep; ~put away
download: download | download; pull down
upload: upload | upload
track: track; follow; monitor | track; follow; monitor; watch; ~keep an eye on
measure: measure; weigh | measure; weigh
scan: scan | scan; ~go through
reset: reset; restart; reboot | reset; restart; reboot
plan: schedule; plan | schedule; plan; ~arrange
invite: invite; call | invite; call; phone; ~ring
join: connect; join; link; pair | connect; join; link; ~hook up
approve: approve; accept; confirm | approve; accept; confirm; ~say yes to
refuse: reject; refuse; decline | reject; refuse; decline; ~say no to
feed: feed | feed
paint: paint; colour | paint; colour
hide: hide; mute | hide; mute
~pack: pack; wrap | pack; wrap; wrap up
~bake: bake | bake; ~cook
~polish: polish | polish; ~shine
~archive: archive | archive; ~file away
~tag: tag; label | tag; label; ~mark
~rotate: rotate; turn | rotate; turn; ~spin
"""
_NOUNS = """invoice; ticket; order; lamp; door; window; robot; flight; hotel; room; user; account; file; folder;
document; report; letter; contract; customer; client; product; item; article; book; song; playlist; album; photo; picture; video; camera;
car; taxi; bike; truck; ship; plane; key; group; team; project; task; note; reminder; meeting; event; calendar; contact;
message; comment; page; website; server; database; backup; printer; screen; phone; battery; sensor; heater; fan; oven; fridge; garage; garden;
gate; light; alarm; clock; timer; radio; speaker; meal; pizza; drink; coffee; bottle; box; bag; shirt; shoe; coat; gift; card; coupon; price;
refund; bill; tax; loan; budget; salary; employee; worker; teacher; student; course; lesson; exam; grade; school; library;
doctor; patient; nurse; medicine; appointment; dog; cat; horse; bird; fish; tree; flower; farm; field; house; flat; street; map; route; bridge; station;
shop; store; market; basket; shopping list; to-do list; mailbox; inbox; draft; form; survey; vote; poll; game; player; score; match; league; race; weather report;
news feed; stock; share price; coin; wallet; device; machine; engine; tool; part; job; log; error; branch; build; issue; label; chart; sheet; row; column; cell"""
_NOUNS_TEST = """voucher; cabin; violin; lantern; passport; receipt; drone; elevator; locker; podcast; warehouse; subscription; membership; newsletter; curtain; tractor; telescope;
aquarium; balcony; helmet; sandwich; blanket; orchard; sculpture; shipment; wardrobe; candle; kettle; canoe; museum pass; parking spot; gym class; boarding pass; job offer"""
_CLAUSES = [  # kind, names, how it is said
    ("code", "id; number; code; key; ref; {n}_id; {n}_number; {n}Id", "{v}; number {v}; with id {v}; with the id {v}; with number {v}; with code {v}; no. {v}; ~that has id {v}; ~under number {v}"),
    ("big", "id; number; {n}_id; {n}_number", "{v}; number {v}; with id {v}; with number {v}; ~that has number {v}"),
    ("place", "city; place; town; location; where; area; destination", "in {v}; in the city {v}; at {v}; for {v}; located in {v}; ~over in {v}; ~that is in {v}"),
    ("person", "user; person; owner; customer; client; who; member", "for {v}; of {v}; for the user {v}; on behalf of {v}; that belongs to {v}; ~owned by {v}"),
    ("name", "to; recipient; receiver; target", "to {v}; and give it to {v}; ~addressed to {v}"),
    ("word", "name; title; label; {n}_name", "called {v}; named {v}; with the name {v}; \"{v}\"; by the name of {v}; ~that is called {v}; ~under the name {v}"),
    ("title", "name; title; {n}_name; {n}", "called {v}; named {v}; with the name {v}; with the title {v}; ~that is called {v}"),
    ("word", "tag; category; type; kind; group; topic; folder", "with <p> {v}; with the <p> {v}; of <p> {v}; <p> {v}; ~whose <p> is {v}"),
    ("date", "date; day; when; due; deadline", "on {v}; for {v}; on the date {v}; by {v}; ~dated {v}"),
    ("day", "day; when; weekday", "on {v}; for {v}; {v}; ~and i mean {v}"),
    ("time", "time; at; start; when", "at {v}; for {v}; starting at {v}; at {v} o'clock; ~when it is {v}"),
    ("count", "count; amount; quantity; copies; pieces; times", "and i need {v}; {v} times; {v} of them; with <p> {v}; count {v}; ~make it {v}"),
    ("int", "minutes; duration; mins", "for {v} minutes; over {v} minutes; ~lasting {v} minutes"),
    ("int", "level; percent; value; volume; brightness", "to {v}; at {v} percent; to {v} percent; at <p> {v}; ~up to {v}"),
    ("decimal", "price; amount; cost; sum; total", "for {v} euros; for {v} dollars; at {v} dollars; with <p> {v}; ~costing {v} dollars"),
    ("email", "email; address; mail; contact", "to {v}; for {v}; with email {v}; at the address {v}; ~reachable at {v}"),
    ("phrase", "message; text; content; body; note; comment; reason", "saying \"{v}\"; with the text \"{v}\"; with <p> \"{v}\"; : {v}; with the words {v}; ~that says \"{v}\""),
    ("colour", "color; colour; paint", "in {v}; in the colour {v}; with <p> {v}; make it {v}; ~coloured {v}"),
    ("int", "age; year; days; weeks; hours; seats; people; size; limit; max; page; floor", "with <p> {v}; <p> {v}; with {v} <p>; and <p> {v}; ~whose <p> is {v}"),
    ("word", "<made>", "with <p> {v}; <p> {v}; with the <p> {v}; and <p> {v}; ~whose <p> is {v}"),
    ("int", "<made>", "with <p> {v}; <p> {v}; with the <p> {v}; and <p> {v}; ~whose <p> is {v}"),
    ("enum(low|normal|high)", "priority; importance; level", "with {v} <p>; with <p> {v}; <p> {v}; ~its <p> is {v}"),
    ("enum(small|medium|large)", "size", "in size {v}; {v} size; size {v}; ~as {v} as it gets"),
    ("enum(csv|pdf|json|html)", "format; type; output", "as {v}; as a {v} file; in {v} format; <p> {v}; ~in the form of {v}"),
    ("enum(fast|slow|normal)", "speed; mode; pace", "in {v} mode; <p> {v}; with <p> {v}; ~going {v}"),
    ("enum(daily|weekly|monthly)", "repeat; interval; frequency; period", "{v}; with {v} repeat; <p> {v}; ~to happen {v}"),
    ("enum(<made>|<made>|<made>)", "mode; kind; type; style; option; <made>", "with <p> {v}; <p> {v}; in {v} <p>; ~whose <p> is {v}"),
    ("bool(and it is urgent/and it is not urgent)", "urgent; is_urgent", "{v}"),
    ("bool(and make it public/and keep it private)", "public; is_public; visible", "{v}"),
    ("bool(with a copy/without a copy)", "copy; keep_copy", "{v}"),
    ("bool(with <p>/without <p>)", "sound; details; pictures; breakfast; insurance; images; history; <made>", "{v}"),
]
_ABOUT = "{V} {a}{n}; {V} the {n}; {V} {n}s; {Vs} {a}{n}; {V} {a}{n} of the user; Use this to {v} {a}{n}; Tool to {v} {n}s; {V} {n} data; This function {vs} {a}{n}; {V} one {n}; {V} any {n} in the system; {Vs} {n}s; ~Lets you {v} {a}{n}; ~{V} {a}{n} in our shop; ~A function that {vs} {a}{n}".split("; ")
_WHO = ("the ", "a ", "my ", "the ", "our ", "this ", "", "that ")


def _parse():
    for line in _VERBS.strip().splitlines():
        group, _, rest = line.partition(": ")
        names, asks = ([p.strip() for p in part.split(";")] for part in rest.split("|"))
        yield group.lstrip("~"), group.startswith("~"), names, asks


_PARSED = list(_parse())
_LIST = {"train": [n.strip() for n in _NOUNS.split(";")], "test": [n.strip() for n in _NOUNS_TEST.split(";")]}


def _of(templates, split):
    marked = [t for t in templates if t.startswith("~") == (split == "test")]
    return [t.lstrip("~") for t in (marked or templates)]


def noun(rng, split):
    """A thing that tools deal with: two times in five a made-up one."""
    return words.made_up(rng, split) if rng.random() < 0.4 else rng.choice(_LIST[split])


def _verb(rng, split):
    """(group, names, requests); test verbs are half of the test's, and never in training."""
    if rng.random() < 0.08:
        made = words.made_up(rng, split, 2)
        return made, [made], [made]
    group, _, names, asks = rng.choice([v for v in _PARSED if v[1] == (split == "test" and rng.random() < 0.4)] or _PARSED)
    return group, names, _of(asks, split) if rng.random() < 0.6 else [a.lstrip("~") for a in asks if split == "test" or not a.startswith("~")]


def joined_name(rng, parts):
    """A tool's name in one of the usual ways of writing."""
    parts = [p for part in parts for p in re.split(r"[ _-]", part)]
    dice = rng.random()
    if dice < 0.66:
        return "_".join(parts)
    if dice < 0.86:
        return parts[0] + "".join(p.capitalize() for p in parts[1:])
    return "-".join(parts) if dice < 0.93 else "".join(parts)


def _plural(thing):
    return thing + "es" if thing[-1] in "shxz" else thing[:-1] + "ies" if thing[-1] == "y" and thing[-2] not in "aeiou" else thing + "s"


def _clauses(rng, split, thing, count):
    """Different arguments with the way each is said."""
    found, used = [], set()
    while len(found) < count:
        kind, names, forms = rng.choice(_CLAUSES)
        name = rng.choice(names.split("; ")).replace("{n}", thing.replace(" ", "_").replace("-", "_")).replace("<made>", words.made_up(rng, split))
        while "<made>" in kind:
            kind = kind.replace("<made>", words.made_up(rng, split), 1)
        base = kind.split("(")[0]
        # Two arguments that are said alike would be a riddle.
        if name in used or kind in used or base in used and base not in ("enum", "bool", "word", "int") or base in ("code", "big") and used & {"code", "big"} or base in ("person", "name") and used & {"person", "name"} or base in ("date", "day", "time") and used & {"date", "day", "time"} or base in ("word", "title") and used & {"title"} or base == "title" and "word" in used:
            continue
        used |= {name, base} | ({kind} if base in ("enum", "bool") else set())
        form = rng.choice(_of(forms.split("; "), split)).replace("<p>", name.replace("_", " "))
        found.append(Param(name, kind.replace("<p>", name.replace("_", " ")), True, form, f"The {name.replace('_', ' ')}" if rng.random() < 0.4 else ""))
    return found


def tool(rng, split, like=None, counts=(0, 1, 1, 1, 2, 2, 3)):
    """A composed tool; `like` is one it must be told apart from: it shares the verb or the noun."""
    thing, (group, names, asks) = noun(rng, split), _verb(rng, split)
    if like and like.group.count(":") == 1:
        other_group, other_thing = like.group.split(":")
        if rng.random() < 0.5:
            thing = other_thing
            while group == other_group:
                group, names, asks = _verb(rng, split)
        else:
            same = [v for v in _PARSED if v[0] == other_group and not (split == "train" and v[1])]
            if same:
                group, _, names, stock = rng.choice(same)
                asks = [a.lstrip("~") for a in stock if split == "test" or not a.startswith("~")]
            while thing == other_thing:
                thing = noun(rng, split)
    params = _clauses(rng, split, thing, rng.choice(counts))
    for p in params:
        p.required = rng.random() < 0.7
    if rng.random() < 0.8:
        params.sort(key=lambda p: not p.required)
    verb = rng.choice(names)
    about = rng.choice(_of(_ABOUT, split))
    spoken = verb.replace("_", " ") if rng.random() < 0.8 else names[0].replace("_", " ")
    first, *rest = spoken.split(" ")
    third = " ".join([first + ("es" if first[-1] in "shx" else "s"), *rest])
    article = "an " if thing[0] in "aeiou" else "a "
    about = (about.replace("{Vs}", third.capitalize()).replace("{V}", spoken.capitalize()).replace("{vs}", third).replace("{v}", spoken).replace("{a}", article).replace("{n}s", _plural(thing)).replace("{n}", thing))
    about = "" if rng.random() < 0.06 else about + rng.choice(("", ".", "", ".", ". Call it when the user asks for it."))
    name = joined_name(rng, [verb, thing])
    if about and rng.random() < 0.06:
        name = words.made_up(rng, split) if rng.random() < 0.5 else rng.choice(("tool", "fn", "action", "func")) + "_" + str(rng.randint(61, 99) if split == "test" else rng.randint(1, 60))
    requests = []
    for _ in range(3):
        order = params[:]
        rng.shuffle(order)
        # Words without quotes end where the request ends.
        order.sort(key=lambda p: (p.kind == "phrase" and '"' not in p.clause, p.kind.startswith("bool")))
        tail = "".join("[" + ("" if p.clause.startswith(": ") else " ") + p.clause.replace("{v}", "{" + p.name + "}") + "]" for p in order)
        requests.append("<can>" + rng.choice(asks) + " " + rng.choice(_WHO) + thing + tail)
    return Tool(name, about, params, requests, group + ":" + thing, ["?"] if group in ("look", "count", "track", "measure", "scan") else [] if rng.random() < 0.6 else ["?"])
