"""About 290 common facts as relations: pairs, ways to ask, how to answer.

In the templates {x} is what is asked about and {y} the answer. Wordings
marked "~" are held out for the test.
"""


def table(text):
    """'France=Paris, Spain=Madrid' as a list of pairs."""
    return [tuple(p.strip() for p in item.split("=")) for item in text.replace("\n", " ").split(",") if item.strip()]


CAPITALS = table("""France=Paris, Spain=Madrid, Italy=Rome, Germany=Berlin, England=London, Portugal=Lisbon,
Ireland=Dublin, Greece=Athens, Austria=Vienna, Norway=Oslo, Sweden=Stockholm, Denmark=Copenhagen, Finland=Helsinki,
Poland=Warsaw, Hungary=Budapest, Belgium=Brussels, Switzerland=Bern, Russia=Moscow, Turkey=Ankara, Egypt=Cairo,
Kenya=Nairobi, Japan=Tokyo, China=Beijing, India=New Delhi, Canada=Ottawa, Mexico=Mexico City, Brazil=Brasilia,
Argentina=Buenos Aires, Chile=Santiago, Peru=Lima, Cuba=Havana, Australia=Canberra, Iran=Tehran, Iraq=Baghdad,
Thailand=Bangkok, Vietnam=Hanoi, South Korea=Seoul, Ukraine=Kyiv, Romania=Bucharest, Bulgaria=Sofia, Serbia=Belgrade,
Croatia=Zagreb, Iceland=Reykjavik, Scotland=Edinburgh, Wales=Cardiff, Israel=Jerusalem, Colombia=Bogota,
the Netherlands=Amsterdam, the United States=Washington, Indonesia=Jakarta""")

SOUNDS = table("""dog=woof, cat=meow, cow=moo, sheep=baa, pig=oink, duck=quack, horse=neigh, lion=roar, frog=ribbit,
bee=buzz, owl=hoot, snake=hiss, rooster=cock-a-doodle-doo, mouse=squeak, donkey=hee-haw, wolf=howl""")
BABIES = table("""dog=puppy, cat=kitten, cow=calf, sheep=lamb, horse=foal, pig=piglet, duck=duckling, hen=chick,
lion=cub, bear=cub, frog=tadpole, goat=kid, kangaroo=joey, swan=cygnet, deer=fawn, goose=gosling""")
COLOURS = table("""the sky=blue, grass=green, snow=white, blood=red, a banana=yellow, coal=black, a lemon=yellow,
a carrot=orange, milk=white, chocolate=brown, the sun=yellow, an emerald=green, a ruby=red, a strawberry=red,
a flamingo=pink, an elephant=grey, a polar bear=white, a frog=green, a tomato=red, a raven=black""")
OPPOSITES = table("""hot=cold, big=small, up=down, left=right, day=night, fast=slow, black=white, good=bad, happy=sad,
old=young, open=closed, full=empty, hard=soft, high=low, long=short, light=dark, rich=poor, wet=dry, strong=weak,
early=late, inside=outside, first=last, true=false, love=hate, win=lose, buy=sell, clean=dirty, near=far, loud=quiet,
begin=end""")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_AFTER = list(zip(_DAYS, _DAYS[1:] + _DAYS[:1])) + list(zip(_MONTHS, _MONTHS[1:] + _MONTHS[:1]))
_BEFORE = [(b, a) for a, b in _AFTER]
CONTINENTS = table("""France=Europe, Germany=Europe, Spain=Europe, Italy=Europe, Egypt=Africa, Kenya=Africa,
Nigeria=Africa, China=Asia, India=Asia, Japan=Asia, Thailand=Asia, Brazil=South America, Peru=South America,
Chile=South America, Canada=North America, Mexico=North America""")
LANGUAGES = table("""France=French, Germany=German, Spain=Spanish, Italy=Italian, Japan=Japanese, Portugal=Portuguese,
Brazil=Portuguese, Russia=Russian, Mexico=Spanish, England=English, Poland=Polish, Greece=Greek, Sweden=Swedish,
Turkey=Turkish, Austria=German, Egypt=Arabic""")
LEGS = table("""a dog=four, a cat=four, a spider=eight, an ant=six, a bee=six, a bird=two, a human=two, a horse=four,
a snake=no, a chicken=two, a cow=four, a fish=no""")
SIDES = table("triangle=three, square=four, pentagon=five, hexagon=six, octagon=eight, rectangle=four")
PLANETS = table("first=Mercury, second=Venus, third=Earth, fourth=Mars, fifth=Jupiter, sixth=Saturn, seventh=Uranus, eighth=Neptune")
AUTHORS = table("Romeo and Juliet=William Shakespeare, Hamlet=William Shakespeare, Oliver Twist=Charles Dickens, Don Quixote=Miguel de Cervantes, The Odyssey=Homer, Faust=Goethe")
SYMBOLS = table("water=H2O, gold=Au, oxygen=O, hydrogen=H, iron=Fe, silver=Ag, carbon=C, salt=NaCl")
KINDS = table("""dog=mammal, whale=mammal, cat=mammal, eagle=bird, penguin=bird, shark=fish, salmon=fish, ant=insect,
butterfly=insect, snake=reptile, crocodile=reptile, frog=amphibian""")
SEASONS = table("spring=summer, summer=autumn, autumn=winter, winter=spring")

# name, pairs, ways to ask, full answer, article-free short answer is {y}
RELATIONS = [
    ("capital", CAPITALS, ["what is the capital of {x}?", "what's the capital of {x}?", "capital of {x}?", "the capital of {x} is?",
     "which city is the capital of {x}?", "name the capital of {x}.", "tell me the capital of {x}.", "{x}'s capital?",
     "what is {x}'s capital city?", "do you know the capital of {x}?", "what city is the capital of {x}?", "{x} capital",
     "what is the capital city of {x}?", "which city is {x}'s capital?", "give me the capital of {x}.", "what is the name of the capital of {x}?",
     "i need the capital of {x}.", "could you say what the capital of {x} is?", "the capital city of {x}?", "in {x}, which city is the capital?",
     "~may i ask what the capital of {x} is?", "~what do we call the capital city of {x}?", "~which is the capital of {x}?", "~please name {x}'s capital city."],
     "The capital of {x} is {y}."),
    ("country", [(b, a) for a, b in CAPITALS], ["{x} is the capital of which country?", "which country has {x} as its capital?", "what country is {x} the capital of?",
     "which country's capital is {x}?", "of which country is {x} the capital?", "in which country is {x}?", "which country is {x} in?", "what country is {x} in?",
     "{x} is in which country?", "where is {x}?", "in what country is the city of {x}?", "tell me which country {x} is in.", "what country has the capital {x}?",
     "~the city {x} is the capital of what country?", "~in which country can i find {x}?", "~name the country that has {x} as its capital."],
     "{x} is the capital of {y}."),
    ("sound", SOUNDS, ["what sound does a {x} make?", "what does a {x} say?", "which sound does a {x} make?", "what noise does a {x} make?", "what is the sound of a {x}?",
     "how does a {x} sound?", "what does the {x} say?", "tell me the sound a {x} makes.", "what sound do {x}s make?", "a {x} makes what sound?", "the sound of a {x}?",
     "which noise does a {x} make?", "~what kind of sound does a {x} make?", "~what sound does the {x} make?", "~name the noise that a {x} makes."],
     "A {x} says {y}."),
    ("baby", BABIES, ["what is a baby {x} called?", "what do you call a baby {x}?", "what is a young {x} called?", "what is the name for a baby {x}?", "what's a baby {x} called?",
     "the young of a {x} is called?", "what do you call a young {x}?", "baby {x}?", "what do we call the young of a {x}?", "how is a baby {x} called?", "tell me the word for a baby {x}.",
     "name for a young {x}?", "~what is the word for a young {x}?", "~what is the baby of a {x} called?", "~what name does a baby {x} have?"],
     "A baby {x} is called a {y}."),
    ("colour", COLOURS, ["what colour is {x}?", "what color is {x}?", "which colour is {x}?", "which color does {x} have?", "what is the colour of {x}?", "what is the color of {x}?",
     "the colour of {x}?", "tell me the colour of {x}.", "{x} has which colour?", "what's the color of {x}?", "what colour does {x} have?", "name the color of {x}.", "{x} is what color?",
     "do you know the colour of {x}?", "~what color does {x} have?", "~do you know what colour {x} is?", "~{x} is which colour?"], "The colour of {x} is {y}."),
    ("opposite", OPPOSITES + [(b, a) for a, b in OPPOSITES], ["what is the opposite of {x}?", "what's the opposite of {x}?", "opposite of {x}?", "the opposite of {x} is?", "tell me the opposite of {x}.", "what word is the opposite of {x}?",
     "give me the opposite of {x}.", "which word means the opposite of {x}?", "name the opposite of {x}.", "what is the opposite of the word {x}?", "do you know the opposite of {x}?", "say the opposite of {x}.", "{x}: what is the opposite?",
     "~which word is the opposite of {x}?", "~i need the opposite of the word {x}.", "~can you give me the opposite of {x}?"], "The opposite of {x} is {y}."),
    ("after", _AFTER, ["what comes after {x}?", "which comes after {x}?", "what follows {x}?", "what is after {x}?", "what comes next after {x}?", "{x} is followed by?", "tell me what comes after {x}.", "what comes right after {x}?",
     "after {x} comes?", "name what comes after {x}.", "what is next after {x}?", "which one follows {x}?", "~what comes directly after {x}?", "~do you know what comes after {x}?", "~what is the next one after {x}?"], "After {x} comes {y}."),
    ("before", _BEFORE, ["what comes before {x}?", "which comes before {x}?", "what is before {x}?", "what comes right before {x}?", "tell me what comes before {x}.", "before {x} comes?", "name what comes before {x}.",
     "which one comes before {x}?", "what was before {x}?", "what comes just before {x}?", "~what comes directly before {x}?", "~do you know what comes before {x}?", "~which one is before {x}?"], "Before {x} comes {y}."),
    ("continent", CONTINENTS, ["on which continent is {x}?", "what continent is {x} on?", "which continent is {x} in?", "{x} is on which continent?", "what continent is {x} in?", "in which continent is {x}?", "tell me the continent of {x}.", "the continent of {x}?",
     "which continent does {x} belong to?", "what is the continent of {x}?", "~{x} belongs to which continent?", "~on what continent is {x}?", "~name the continent {x} is in."], "{x} is in {y}."),
    ("language", LANGUAGES, ["what language do people speak in {x}?", "which language is spoken in {x}?", "what is the language of {x}?", "what language is spoken in {x}?", "the language of {x}?", "which language do they speak in {x}?", "what do people speak in {x}?",
     "tell me the language of {x}.", "in {x}, what language do people speak?", "what language do they speak in {x}?", "~which language do people speak in {x}?", "~name the language that is spoken in {x}.", "~people in {x} speak what language?"], "People in {x} speak {y}."),
    ("legs", LEGS, ["how many legs does {x} have?", "how many legs has {x}?", "number of legs of {x}?", "{x} has how many legs?", "what is the number of legs of {x}?", "how many legs are on {x}?", "tell me how many legs {x} has.", "do you know how many legs {x} has?", "legs of {x}?",
     "~count the legs of {x}.", "~what number of legs does {x} have?", "~say how many legs {x} has."], "{x} has {y} legs."),
    ("sides", SIDES, ["how many sides does a {x} have?", "how many sides has a {x}?", "a {x} has how many sides?", "number of sides of a {x}?", "what is the number of sides of a {x}?", "tell me how many sides a {x} has.", "how many corners does a {x} have?",
     "~do you know how many sides a {x} has?", "~what number of sides does a {x} have?"], "A {x} has {y} sides."),
    ("planet", PLANETS, ["what is the {x} planet from the sun?", "which planet is the {x} from the sun?", "the {x} planet from the sun?", "what planet is {x} from the sun?", "name the {x} planet from the sun.", "which is the {x} planet?", "tell me the {x} planet from the sun.", "what is the {x} planet?",
     "~which one is the {x} planet from the sun?", "~what planet comes {x} from the sun?"], "The {x} planet from the sun is {y}."),
    ("author", AUTHORS, ["who wrote {x}?", "who is the author of {x}?", "the author of {x}?", "which author wrote {x}?", "{x} was written by whom?", "tell me who wrote {x}.", "what is the name of the author of {x}?", "by whom is {x}?", "do you know who wrote {x}?",
     "~name the author of {x}.", "~who was the writer of {x}?", "~{x} is by which author?"], "{x} was written by {y}."),
    ("symbol", SYMBOLS, ["what is the chemical symbol for {x}?", "what is the symbol for {x}?", "chemical symbol of {x}?", "what's the chemical formula of {x}?", "the chemical formula for {x}?", "tell me the chemical symbol of {x}.", "which chemical symbol does {x} have?", "what is the chemical formula for {x}?",
     "~what is the chemical symbol of {x}?", "~name the chemical formula of {x}."], "The chemical symbol for {x} is {y}."),
    ("kind", KINDS, ["what kind of animal is a {x}?", "what type of animal is a {x}?", "a {x} is what kind of animal?", "is a {x} a mammal, a bird, a fish or something else?", "which kind of animal is a {x}?", "tell me what kind of animal a {x} is.", "which class of animals does a {x} belong to?",
     "~what sort of animal is a {x}?", "~do you know what kind of animal a {x} is?"], "A {x} is a kind of {y}."),
    ("season", SEASONS, ["which season comes after {x}?", "what season follows {x}?", "what season comes after {x}?", "the season after {x}?", "tell me the season after {x}.", "after {x} comes which season?", "~which season follows {x}?", "~what is the next season after {x}?"], "After {x} comes {y}."),
]
