"""Wordings put together from parts, so that the model learns the meaning and not a list of sentences.

"(every|each) answer" stands for both; an empty part is allowed. Training only:
a result that is also a held-out wording is thrown away.
"""
import re

PERSONA = [
    "(|From now on |Today |In this conversation |For this talk |In this story |Imagine that |Here )(you are|your name is|you are called|you go by|you are named|people call you|you answer to|you carry the name) {n}(|, a {r}|, the {r}| and you are a {r}| and your job is {r}| and you have work as a {r}|. You are a {r}|. You work as a {r}|, who is a {r}).",
    "(Act as|Act like|Play|Pretend to be|Be|Speak as|Talk as|Answer as|Take the role of|Play the role of|Play the character|Take on the part of|Behave like|You take the role of|You play the role of|Reply as|You answer as|I want you to be|I want you to act as|Please be) {n}(|, a {r}|, the {r}|, who is a {r}|, a kind {r}).",
    "(The assistant|This bot|The bot|The helper|The model) is (|called |named ){n}(|, a {r}| and is a {r}).",
    "You are a(| kind| friendly| busy| clever) {r} (called|named|with the name|who is called|whose name is|by the name of) {n}.",
    "You (have|use|go by) the name {n}(|. You are a {r}|. You work as a {r}| and you are a {r}| and your work is {r}).",
    "{n} is (your name|who you are|what you are called|the name you have)(|. You are a {r}|. Your job is {r}).",
    "(Your name|Name|The name of the assistant): {n}.(| Your role: {r}.| Role: {r}.| Job: {r}.)",
]
WHO = [
    "(|so |and |hi, |hello, |hey, |ok, |now )(who are you|what are you|who am i talking to|who am i talking with|who am i speaking with|who do i talk to|who is talking|who is there|who is this|who writes this|with whom am i talking|who do i chat with)(| really| actually|, please)?",
    "(|please |can you |could you |would you |will you )(introduce yourself|tell me about yourself|say who you are|tell me who you are|describe yourself|say something about yourself|present yourself|explain who you are)(|.|, please|?| now)",
]
NAME = [
    "(|so |and |hi, |hello, |hey, |ok, )(what is your name|what's your name|what are you called|how are you called|do you have a name|which name do you have|what should i call you|how should i call you|how can i call you|what do people call you|may i know your name|may i ask your name|could you tell me your name|will you tell me your name|what name do you go by|what name do you use|what name do they call you|by what name can i call you)?",
    "(|please |now )(say|give me|tell me|write|share) your name(|.|, please)",
]
MADE = ["(are you|you are|so you are|is this|am i talking to|are you not|i think you are) (chatgpt|gpt-5|claude|llama|gemini|manifold|a bot|an ai|another model|an assistant|a language model|a computer)?"]
ONE_WORD = [
    "(|Please |Always |You must |You should |Only |You )(answer|reply|respond|speak)(| to everything| every time| to each question)(| to the user) (in|with|using) (one|a single|only one|just one) word(| only|, no more|, nothing else| and no more).",
    "(Every|Each|Any) (answer|reply|response) (is|must be|should be|has to be) (one|a single|exactly one|just one) word(| long).",
    "(Give|Write|Use) (only |)(one-word|single-word) (answers|replies|responses)(| only).",
    "(No|Never) more than one word(| per answer| in an answer| in a reply).",
    "(Limit|Keep|Restrict) (each|every|your) (answer|reply|response) to (one|a single) word.",
]
CAPITALS = [
    "(|Please |Always |Only |You |You must |You should )(answer|reply|respond|write|speak|shout)(| everything| every time| to the user)(| only) (in|with|using) (capitals|capital letters|upper case|uppercase|all caps|big letters|upper case letters|block capitals|caps)(| only|, please| all the time).",
    "(Every|Each) (answer|reply|response|word) (is|must be|should be|has to be) (in|written in) (capitals|capital letters|upper case|uppercase|all caps|block capitals).",
    "(Use|Write) (|only |nothing but )(capital letters|capitals|uppercase letters|upper case|big letters|caps)(| in all answers| in each reply| everywhere| at all times).",
    "(No|Never use|Do not use|Avoid) (small|lower case|lowercase) letters.",
]
START = [
    "(|Please |Always |You must |You always )(start|begin|open) (every|each) (answer|reply|response|message) with (|the word |the text )({w}|\"{w}\").",
    "(|Please |You must |You )(start|begin|open) (all|all your|all of your|your) (answers|replies|responses|messages) with (|the word |the text )({w}|\"{w}\").",
    "(Put|Write|Say|You say) {w} (first|at the start|at the beginning) (of|in) (every|each) (answer|reply|message).",
    "{w} is the first word of (every|each|all|any) (answer|reply|response).",
    "The first word of (every|each) (answer|reply|response) (is|must be|should be) {w}.",
]
END = [
    "(|Please |Always |You must |You always )(end|finish|close) (every|each) (answer|reply|response|message) with (|the word |the text )({w}|\"{w}\").",
    "(|Please |You must |You )(end|finish|close) (all|all your|all of your|your) (answers|replies|responses|messages) with (|the word |the text )({w}|\"{w}\").",
    "(Put|Write|Say|You say) {w} (last|at the end) (of|in) (every|each) (answer|reply|message).",
    "{w} is the last word of (every|each|all|any) (answer|reply|response).",
    "The last word of (every|each) (answer|reply|response) (is|must be|should be) {w}.",
]
TASKS = [
    "(|please |can you |could you )(write|make|compose|create)(| me) a(| short| long| nice| funny) (poem|story|song|letter|speech|report|book|rap) (about|on|for) (dogs|the moon|a queen|my cat|winter|trains|a dragon|my garden|love|two friends|the rain|music)(|.|!)",
    "how (do|can|should) i (bake|cook|repair|build|paint|fix|learn|draw|grow|make|clean|sell) (a cake|soup|a bike|a house|a boat|roses|a chair|spanish|a website|an app|my phone|a roof|rice|a fire)?",
    "(|please |can you |could you )(write|show me|give me|make)(| some| a bit of) code (in|for|with) (python|rust|c|php|sql|a game|a website|sorting numbers)(|.|?)",
    "(|please |can you |could you )translate (this|that|my text|this word|hello|good morning|the text) (into|to) (french|spanish|italian|dutch|polish|latin)(|.|?)",
    "(explain|tell me|describe|do you know) (|exactly |in detail )how (a plane|a radio|the internet|a bank|a clock|a fridge|the brain|a phone) works(|.|?)",
    "(|please |can you |could you )(write|send|draft) (an email|a letter|a message) to my (boss|mother|friend|bank|landlord|aunt)(|.|?)",
    "(|please |can you |could you )(summarise|shorten|correct|improve|rewrite) (this|my|the) (text|book|page|letter|report|essay)(|.|?)",
]
LIVE = [
    "(what is|tell me|do you know|what's|can you say) the (time|date|weather|news|temperature)(| now| outside| of today|, please)?",
    "what is the (price|cost) of (a car|milk|silver|oil|a ticket|a phone|coffee)(|?| today?| now?)",
    "who won the (race|cup|game|fight|final|election)(| today| last night| this year)?",
    "(what is new|what is happening|what happens|what is going on)(| today| in the world| in town| outside)?",
    "(will|does) it (rain|snow|get cold|get warm|storm)(| today| tonight| this week| at the weekend)?",
]
TIMES = [
    "(|what is |what's |how much are |calculate |compute |tell me |solve |work out |can you do |do you know )({a} * {b}|{a} x {b}|{a} times {b}|{a} multiplied by {b}|{a} / {b}|{a} divided by {b})(|?|=| please|.)",
    "(|can you |could you |now )(multiply|divide) {a} (by|with) {b}(|?|.| please)",
    "(|what is |what's |how much are |calculate |compute |tell me |solve |add up )({c} + {d}|{c} plus {d}|{c}+{d}|{c} - {d}|{c} minus {d})(|?|=| please|.)",
    "(what is|tell me|find) the (square|square root|cube|half|double|product) of {a}(| and {b})?",
]
ASK_MINE = ["(|so |and |now |ok, |hey, )(what is|what's|what was|tell me|say|do you know|do you remember|do you still know|can you recall|can you say) my {l}(|?|, please|, please?)"]


def _plain(text):
    return re.sub(r"[^a-z0-9{}*/+-]+", " ", text.lower()).strip()


def compose(rng, patterns, heldout):
    """One wording of one of the patterns that is not among the held-out templates."""
    forbidden = {_plain(t) for t in heldout}
    while True:
        text = rng.choice(patterns)
        while "(" in text:
            text = re.sub(r"\(([^()]*)\)", lambda m: rng.choice(m[1].split("|")), text, count=1)
        if _plain(text) not in forbidden:
            return text


def pick(rng, templates, patterns, split, share=0.5):
    """A template of the split or, in training, a composed wording with the given share."""
    if split == "train" and rng.random() < share:
        return compose(rng, patterns, [t[1:] for t in templates if t.startswith("~")])
    mark = split == "test"
    return rng.choice([t[mark:] for t in templates if t.startswith("~") == mark])
