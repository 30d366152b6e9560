"""Single facts, each with its own questions.

A line: full answer | short answer | question; question; ... ("~" = held out)
"""

_TEXT = """
There are seven days in a week. | seven | how many days are in a week; how many days does a week have; number of days in a week; a week has how many days; days in a week; ~how many days are there in one week
There are twelve months in a year. | twelve | how many months are in a year; how many months does a year have; number of months in a year; a year has how many months; months in a year; ~how many months are there in one year
There are 24 hours in a day. | 24 | how many hours are in a day; how many hours does a day have; number of hours in a day; a day has how many hours; hours in a day; ~how many hours are there in one day
There are 60 minutes in an hour. | 60 | how many minutes are in an hour; how many minutes does an hour have; number of minutes in an hour; an hour has how many minutes; minutes in an hour; ~how many minutes are there in one hour
There are 60 seconds in a minute. | 60 | how many seconds are in a minute; how many seconds does a minute have; number of seconds in a minute; a minute has how many seconds; seconds in a minute; ~how many seconds are there in one minute
There are 365 days in a year. | 365 | how many days are in a year; how many days does a year have; number of days in a year; a year has how many days; days in a year; ~how many days are there in one year
There are four seasons in a year. | four | how many seasons are there; how many seasons does a year have; number of seasons in a year; how many seasons are in a year; ~a year has how many seasons
There are eight planets. | eight | how many planets are there; how many planets are in the solar system; number of planets; how many planets does the sun have; ~what is the number of planets in the solar system
There are seven continents. | seven | how many continents are there; number of continents; how many continents does the earth have; how many continents are on earth; ~what is the number of continents
There are 26 letters in the English alphabet. | 26 | how many letters are in the alphabet; how many letters does the alphabet have; number of letters in the english alphabet; the alphabet has how many letters; ~how many letters are there in the english alphabet
There are ten years in a decade. | ten | how many years are in a decade; how long is a decade; a decade has how many years; number of years in a decade; ~how many years are there in one decade
There are 100 years in a century. | 100 | how many years are in a century; how long is a century; a century has how many years; number of years in a century; ~how many years are there in one century
There are 100 centimetres in a metre. | 100 | how many centimetres are in a metre; how many centimeters are in a meter; a metre has how many centimetres; number of centimetres in a metre; ~how many centimetres are there in one metre
A dozen is twelve. | twelve | how many is a dozen; what is a dozen; how many eggs are in a dozen; a dozen is how many; how much is a dozen; ~what number is a dozen
Water freezes at 0 degrees Celsius. | 0 | at what temperature does water freeze; when does water freeze; what is the freezing point of water; freezing point of water; the temperature at which water freezes; ~at how many degrees does water freeze
Water boils at 100 degrees Celsius. | 100 | at what temperature does water boil; when does water boil; what is the boiling point of water; boiling point of water; the temperature at which water boils; ~at how many degrees does water boil
The largest planet is Jupiter. | Jupiter | what is the largest planet; which planet is the largest; what is the biggest planet; which planet is the biggest; the largest planet; name the biggest planet; ~which one is the biggest planet
The smallest planet is Mercury. | Mercury | what is the smallest planet; which planet is the smallest; the smallest planet; name the smallest planet; tell me the smallest planet; ~which one is the smallest planet
The red planet is Mars. | Mars | which planet is the red planet; what is the red planet; which planet is called the red planet; which planet is red; ~what planet do we call the red planet
The planet with rings is Saturn. | Saturn | which planet has rings; what planet has rings; which planet is known for its rings; the planet with the rings; ~name the planet that has rings
The closest planet to the sun is Mercury. | Mercury | which planet is closest to the sun; what is the closest planet to the sun; what planet is nearest to the sun; the planet closest to the sun; ~name the planet closest to the sun
The Earth moves around the sun. | sun | what does the earth move around; what does the earth go around; what does the earth orbit; the earth moves around what; ~around what does the earth move
The Moon moves around the Earth. | Earth | what does the moon move around; what does the moon go around; what does the moon orbit; the moon moves around what; ~around what does the moon move
The sun is a star. | star | what is the sun; is the sun a star or a planet; what kind of thing is the sun; the sun is what; ~is the sun a planet or a star
The largest ocean is the Pacific. | Pacific | what is the largest ocean; which ocean is the largest; what is the biggest ocean; which ocean is the biggest; the largest ocean; name the largest ocean; ~which one is the biggest ocean
The longest river is the Nile. | Nile | what is the longest river; which river is the longest; the longest river in the world; name the longest river; what river is the longest; ~which one is the longest river
The highest mountain is Mount Everest. | Everest | what is the highest mountain; which mountain is the highest; the highest mountain in the world; what is the tallest mountain; which mountain is the tallest; ~name the highest mountain
The largest animal is the blue whale. | whale | what is the largest animal; which animal is the largest; what is the biggest animal; which animal is the biggest; the largest animal; ~name the biggest animal
The tallest animal is the giraffe. | giraffe | what is the tallest animal; which animal is the tallest; the tallest animal; what animal is the tallest; which animal has a long neck; ~name the tallest animal
The fastest land animal is the cheetah. | cheetah | what is the fastest animal; which animal is the fastest; the fastest land animal; what animal runs fastest; what is the fastest land animal; ~name the fastest animal
The largest continent is Asia. | Asia | what is the largest continent; which continent is the largest; what is the biggest continent; the largest continent; which continent is the biggest; ~name the largest continent
The largest country is Russia. | Russia | what is the largest country; which country is the largest; what is the biggest country; the largest country; which country is the biggest; ~name the largest country
Bees make honey. | bees | who makes honey; what makes honey; which animal makes honey; which insect makes honey; where does honey come from; ~name the animal that makes honey
Milk comes from cows. | cows | where does milk come from; who gives milk; which animal gives us milk; what animal does milk come from; ~from which animal does milk come
Wool comes from sheep. | sheep | where does wool come from; which animal gives us wool; what animal does wool come from; who gives wool; ~from which animal does wool come
Eggs come from hens. | hens | where do eggs come from; who lays eggs; which animal gives us eggs; what animal do eggs come from; ~from which animal do eggs come
Cheese is made from milk. | milk | what is cheese made from; what is cheese made of; from what is cheese made; cheese is made from what; ~what do people make cheese from
Bread is made from flour. | flour | what is bread made from; what is bread made of; from what is bread made; bread is made from what; ~what do people make bread from
Wine is made from grapes. | grapes | what is wine made from; what is wine made of; from what is wine made; wine is made from what; ~what do people make wine from
Ice is frozen water. | water | what is ice; what is ice made of; ice is what; what is ice made from; ~ice is made of what
Pandas eat bamboo. | bamboo | what do pandas eat; what does a panda eat; what is the food of pandas; pandas eat what; ~which plant do pandas eat
Rabbits like to eat carrots. | carrots | what do rabbits eat; what does a rabbit eat; what do rabbits like to eat; rabbits eat what; ~what is the food of rabbits
Plants need light and water. | light | what do plants need; what does a plant need to grow; what do plants need to grow; plants need what; ~what does a plant need
People breathe oxygen. | oxygen | what do people breathe; what gas do we breathe; which gas do humans breathe; what do we breathe; ~what gas do people need to breathe
Fish live in water. | water | where do fish live; where does a fish live; in what do fish live; fish live where; ~where can i find fish
Bees live in a hive. | hive | where do bees live; what is the home of bees; what do you call the home of bees; bees live where; ~what is the home of a bee called
Birds live in a nest. | nest | where do birds live; what is the home of a bird; what do birds build; birds live where; ~what is the home of a bird called
Camels live in the desert. | desert | where do camels live; where does a camel live; camels live where; in what place do camels live; ~where can i find camels
Penguins live in Antarctica. | Antarctica | where do penguins live; where does a penguin live; penguins live where; on which continent do penguins live; ~where can i find penguins
The king of the animals is the lion. | lion | who is the king of the animals; which animal is the king of the animals; who is the king of the jungle; the king of the animals; ~what animal is called the king of the jungle
Red and yellow make orange. | orange | what do red and yellow make; what colour do you get from red and yellow; mix red and yellow; red and yellow make what; ~which colour do red and yellow make
Blue and yellow make green. | green | what do blue and yellow make; what colour do you get from blue and yellow; mix blue and yellow; blue and yellow make what; ~which colour do blue and yellow make
Red and blue make purple. | purple | what do red and blue make; what colour do you get from red and blue; mix red and blue; red and blue make what; ~which colour do red and blue make
A rainbow has seven colours. | seven | how many colours does a rainbow have; how many colors are in a rainbow; a rainbow has how many colours; number of colours in a rainbow; ~how many colours are there in a rainbow
The heart pumps blood. | heart | what pumps blood; which organ pumps blood; what does the heart do; what organ moves the blood; ~name the organ that pumps blood
We see with our eyes. | eyes | what do we see with; with what do we see; which part of the body do we see with; what do people see with; ~with which part of the body do we see
We hear with our ears. | ears | what do we hear with; with what do we hear; which part of the body do we hear with; what do people hear with; ~with which part of the body do we hear
We smell with our nose. | nose | what do we smell with; with what do we smell; which part of the body do we smell with; what do people smell with; ~with which part of the body do we smell
A hand has five fingers. | five | how many fingers does a hand have; how many fingers are on a hand; a hand has how many fingers; fingers on a hand; ~how many fingers are there on one hand
A bicycle has two wheels. | two | how many wheels does a bicycle have; how many wheels does a bike have; a bicycle has how many wheels; wheels on a bike; ~how many wheels are there on a bicycle
A car has four wheels. | four | how many wheels does a car have; how many wheels are on a car; a car has how many wheels; wheels on a car; ~how many wheels are there on a car
The sun rises in the east. | east | where does the sun rise; in which direction does the sun rise; the sun rises where; on which side does the sun come up; ~in what direction does the sun rise
The sun sets in the west. | west | where does the sun set; in which direction does the sun set; the sun sets where; on which side does the sun go down; ~in what direction does the sun set
The first month is January. | January | what is the first month; which month is the first; the first month of the year; first month; ~which one is the first month of the year
The last month is December. | December | what is the last month; which month is the last; the last month of the year; last month of the year; ~which one is the last month of the year
The days of the weekend are Saturday and Sunday. | Saturday | which days are the weekend; what are the days of the weekend; what days are on the weekend; the weekend is which days; ~name the days of the weekend
The first letter of the alphabet is A. | A | what is the first letter; which letter comes first in the alphabet; the first letter of the alphabet; first letter of the alphabet; ~name the first letter of the alphabet
The last letter of the alphabet is Z. | Z | what is the last letter; which letter comes last in the alphabet; the last letter of the alphabet; last letter of the alphabet; ~name the last letter of the alphabet
A doctor works in a hospital. | hospital | where does a doctor work; where do doctors work; a doctor works where; in what place does a doctor work; ~name the place where a doctor works
A teacher works in a school. | school | where does a teacher work; where do teachers work; a teacher works where; in what place does a teacher work; ~name the place where a teacher works
"""


def _parse(line):
    answer, short, asks = (part.strip() for part in line.split(" | "))
    asks = [a.strip() + "?" for a in asks.split(";")]
    # Some general ways to ask, so that the wording alone does not give the fact away.
    for ask in list(asks):
        if not ask.startswith("~"):
            asks.append("do you know " + ask)
    return answer, short, asks


SINGLE_FACTS = [_parse(line) for line in _TEXT.strip().splitlines()]
