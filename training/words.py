"""Word lists and made-up words, each divided into a training and a test part.

Promise: a word returned for split "test" is never returned for split "train".
Everything here was written for this project or is made up by the code below.
"""
import zlib

NAMES = """Alice Ben Carla David Emma Felix Grace Henry Iris Jack Karen Leo Maria Noah Olivia Peter Quentin
Rosa Sam Tina Ursula Victor Wendy Xavier Yvonne Zoe Adam Bella Chris Diana Eric Fiona George Hannah Ivan Julia
Kevin Laura Mark Nina Oscar Paula Ralph Sara Thomas Vera William Anna Brian Clara Daniel Elena Frank Gina Hugo
Ingrid James Kate Lukas Mia Nathan Omar Pia Robert Sofia Tom Walter Ahmed Chen Fatima Hiroshi Kofi Lin Mei
Priya Raj Sven Yuki Amir Bjorn Chloe Dmitri Esther Giulia Hassan Igor Jana Klaus Liam Marta Nils Olga Pablo
Ravi Stefan Tariq Uma Wei Yusuf Zara""".split()
NAMES_TEST = """Beatrix Cedric Dorothea Edmund Freya Gustav Harriet Ismael Joachim Katarina Leopold Mathilda
Nikolai Ophelia Percival Rosalind Sigrid Theodore Valentina Winifred Anselm Bartholomew Cordelia Desmond
Evangeline Florian Guinevere Horatio Isolde Jasper""".split()
COLOURS = """red blue green yellow orange purple pink black white brown grey silver gold violet beige crimson
navy lime olive cyan magenta ivory scarlet lilac""".split()
COLOURS_TEST = "turquoise maroon indigo amber teal mauve coral lavender".split()
PLACES = """London Paris Berlin Madrid Rome Vienna Oslo Lisbon Dublin Athens Boston Chicago Denver Seattle
Toronto Sydney Tokyo Cairo Lima Delhi Mumbai Lagos Nairobi Prague Warsaw Milan Munich Hamburg Lyon Porto
Leeds Bristol Glasgow Dallas Miami Austin Kyoto Seoul Hanoi Dakar""".split()
PLACES_TEST = "Antwerp Bergen Cork Gdansk Hobart Izmir Nagoya Portland Salzburg Tampere Utrecht Verona".split()
FOODS = """pizza pasta rice soup bread cheese apples bananas chocolate cake salad sushi noodles curry pancakes
tomatoes potatoes beans honey cookies grapes oranges""".split()
FOODS_TEST = "lasagne dumplings mushrooms waffles cherries olives risotto".split()
JOBS = """teacher doctor baker farmer nurse pilot driver painter singer lawyer cook builder writer dancer
gardener engineer plumber librarian carpenter""".split()
JOBS_TEST = "astronomer blacksmith florist surgeon tailor welder".split()
HOBBIES = """chess football tennis swimming reading painting cooking dancing singing running cycling hiking
fishing knitting skiing gardening""".split()
HOBBIES_TEST = "archery pottery sailing juggling climbing rowing".split()
PETS = "dog cat rabbit hamster parrot horse fish turtle".split()
COUNTRIES_UNKNOWN = """Chad Mali Niger Togo Benin Gabon Angola Zambia Malawi Bolivia Paraguay Honduras Panama Jamaica
Fiji Samoa Nepal Laos Armenia Georgia Moldova Latvia Estonia Lithuania Slovenia Cyprus Malta Yemen Qatar Kuwait
Kazakhstan Mongolia Sudan Somalia Rwanda Uganda""".split()
COUNTRIES_UNKNOWN_TEST = "Bhutan Oman Botswana Namibia Belize Guyana Eritrea Tuvalu Brunei Lesotho Burundi Tonga".split()
PEOPLE = """Marie Curie|Isaac Newton|Napoleon Bonaparte|Julius Caesar|Queen Victoria|Charles Darwin|Galileo Galilei
|Wolfgang Mozart|Pablo Picasso|Abraham Lincoln|Nelson Mandela|Christopher Columbus|Frida Kahlo|Johann Bach
|Vincent van Gogh|Jane Austen|Charles Dickens|Ada Lovelace|Alan Turing|Cleopatra""".replace("\n", "").split("|")
PEOPLE_TEST = """Albert Einstein|Winston Churchill|Florence Nightingale|Marco Polo|Leonardo da Vinci|Mahatma Gandhi
|Rosa Parks|Franz Kafka|Claude Monet|Genghis Khan""".replace("\n", "").split("|")

_ONSETS = "b c d f g h j k l m n p r s t v w z br cr dr fl gr kr pl qu sh sk sl st th tr vr zh ch".split()
_VOWELS = "a e i o u a e i o u ai ea ee oo ou y".split()
_ENDS = "n r l s x m k th nd rk sh ck lt ra la na no ro ko ta mi".split() + [""] * 14


_PARTS = [w.lower() for w in NAMES + COLOURS + PLACES + FOODS + JOBS + HOBBIES + COUNTRIES_UNKNOWN]
_REAL_TEST = {w.lower() for w in NAMES_TEST + COLOURS_TEST + PLACES_TEST + FOODS_TEST + JOBS_TEST + HOBBIES_TEST}


def _blend(rng):
    """The head of one real word and the tail of another, such as 'olivander'."""
    head, tail = rng.choice(_PARTS), rng.choice(_PARTS)
    middle = rng.choice(_PARTS)[1:3] if rng.random() < 0.25 else ""
    return head[:rng.randint(1, max(2, len(head) - 2))] + middle + tail[-rng.randint(2, max(2, len(tail) - 2)):]


def is_test_word(word):
    """True for the one made-up word in eight that is kept for the test."""
    return zlib.crc32(word.lower().encode()) % 8 == 0


def made_up(rng, split, syllables=None):
    """A made-up lower-case word such as 'zorbina' belonging to the split."""
    while True:
        if rng.random() < 0.45 and not syllables:
            word = _blend(rng)
        else:
            count = syllables or rng.choice((1, 2, 2, 2, 3, 3))
            word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(count)) + rng.choice(_ENDS)
        if len(word) > 2 and word not in _REAL_TEST and is_test_word(word) == (split == "test"):
            return word


def _pick(rng, split, train, test, share_made_up, capital):
    if rng.random() < share_made_up:
        word = made_up(rng, split)
        return word.capitalize() if capital else word
    return rng.choice(test if split == "test" else train)


def name(rng, split):
    """A first name, more often made up than real."""
    return _pick(rng, split, NAMES, NAMES_TEST, 0.75, True)


def full_name(rng, split):
    """A made-up person's first name and surname."""
    return name(rng, split) + " " + made_up(rng, split).capitalize()


def person_unknown(rng, split):
    """A person the model knows nothing about, famous or made up."""
    if rng.random() < 0.3:
        return rng.choice(PEOPLE_TEST if split == "test" else PEOPLE)
    return full_name(rng, split)


def country_unknown(rng, split):
    """A country whose capital is not among the facts, real or made up."""
    if rng.random() < 0.5:
        return rng.choice(COUNTRIES_UNKNOWN_TEST if split == "test" else COUNTRIES_UNKNOWN)
    return made_up(rng, split).capitalize() + rng.choice(("", "", "ia", "land", "stan"))


def colour(rng, split):
    return _pick(rng, split, COLOURS, COLOURS_TEST, 0.4, False)


def place(rng, split):
    return _pick(rng, split, PLACES, PLACES_TEST, 0.6, True)


def food(rng, split):
    return _pick(rng, split, FOODS, FOODS_TEST, 0.4, False)


def job(rng, split):
    return _pick(rng, split, JOBS, JOBS_TEST, 0.4, False)


def hobby(rng, split):
    return _pick(rng, split, HOBBIES, HOBBIES_TEST, 0.4, False)


def secret(rng, split):
    """A made-up secret word or a number of two to four digits."""
    return made_up(rng, split) if rng.random() < 0.75 else str(rng.randrange(10, 10000))
