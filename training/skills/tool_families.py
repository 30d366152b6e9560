"""Ordinary tools, such as programs offer them: weather, mail, timers. Families marked "~" are held out.

Four lines each: group: names | descriptions, arguments (slot, "?" if optional, = kind : names; "-": none),
requests, fields of results ("-": it only does something).
"""
import re

from skills.toolbox import Param, Tool
from skills.tool_words import joined_name

_TEXT = """
weather: get weather; weather; current weather; get current weather; fetch weather; weather now; weather lookup; city weather | Get the current weather in a city; Current weather for a place; Get the weather; Returns the weather for a location; Weather of a city now; Look up the weather
c=place:city/location/place/town/where | u?=enum(celsius|fahrenheit):unit/units/scale
what is the weather in {c}[ in {u}]?; weather in {c}; what's the weather like in {c}[ in {u}]?; how is the weather in {c}?; is it raining in {c}?; how warm is it in {c}[ in {u}]?; tell me the weather in {c}[, use {u}]; <can>check the weather in {c}[ in {u}]; what is the temperature in {c}[ in {u}]?; is it cold in {c} today?; {c} weather[ in {u}]; do i need a coat in {c}?; what is it like outside in {c}[ in {u}]?; how hot is it in {c} right now?; give me the weather of {c}[ in {u}]
temperature:int sky:enum(sunny|cloudy|rainy|clear|windy) wind:int humidity:int
forecast: get forecast; forecast; weather forecast; get weather forecast | Get the weather forecast for the next days; Forecast of the weather; Weather for the coming days
c=place:city/location/place | d=count:days/count/num_days
what is the forecast for {c} for {d} days?; forecast {c} {d} days; weather forecast for the next {d} days in {c}; how will the weather be in {c} in the next {d} days?; <can>show the {d} day forecast for {c}; give me {d} days of forecast for {c}
high:int low:int sky:enum(sunny|cloudy|rainy)
clock: get time; current time; get current time; time in city; world clock; now | Get the current time in a place; Current time; Tells the time in a city; Returns the time of a time zone
c=place:city/timezone/place/location/zone
what time is it in {c}?; time in {c}; what is the time in {c}?; tell me the time in {c}; how late is it in {c}?; current time {c}; <can>check the time in {c}; what's the time in {c} now?; do you know what time it is in {c}?; which time do they have in {c}?
time:time
timer: set timer; start timer; timer; create timer; countdown | Set a timer; Start a timer for some minutes; Start a countdown; Sets a timer that rings
m=count:minutes/duration/length/mins | l?=word:label/name/title
set a timer for {m} minutes[ called {l}]; <can>start a timer for {m} minutes[ named {l}]; timer {m} minutes; {m} minute timer[ for {l}]; <can>set a {m} minute timer[ with the name {l}]; tell me when {m} minutes are over; wake me in {m} minutes; <can>ring in {m} minutes[ for {l}]; i need a timer of {m} minutes
-
alarm: set alarm; create alarm; alarm; wake up | Set an alarm; Set an alarm clock for a time; Wakes the user
t=time:time/at/when/hour | d?=day:day/date
set an alarm for {t}[ {d}]; <can>wake me at {t}[ on {d}]; alarm at {t}; <can>set the alarm to {t}[ for {d}]; wake me up at {t}[ {d}]; i have to get up at {t}[ {d}]
-
mail: send email; send mail; email; write email; send message by email | Send an email; Sends a mail to someone; Write an email to an address
a=email:to/recipient/address/email | s?=word:subject/title | b=phrase:body/text/message/content
<can>send an email to {a}[ with subject {s}] saying "{b}"; email {a}[ about {s}]: {b}; <can>write to {a}[ with the subject {s}] and say "{b}"; send {a} a mail[ with title {s}] with the text "{b}"; <can>mail {a} that {b}; <can>drop a mail to {a}[ with subject {s}] that says "{b}"
-
text: send message; send text; send sms; message; text; notify | Send a text message; Send a message to a person; Sends an SMS
p=name:to/recipient/contact/name/person | m=phrase:message/text/body/content
<can>send a message to {p} saying "{m}"; text {p}: {m}; tell {p} "{m}"; message {p} that {m}; <can>write {p} a message: {m}; send {p} the text "{m}"; <can>text {p} "{m}"; let {p} know "{m}"; <can>send word to {p}: {m}
-
call: make call; phone call; call; call contact; dial | Call someone on the phone; Makes a phone call; Phone a contact
p=name:name/contact/person/who
call {p}; <can>phone {p}; <can>call {p} for me; ring {p}; i want to talk to {p} on the phone; dial {p}; <can>give {p} a call; get {p} on the phone
-
contact: find contact; get contact; contact; lookup contact; get phone number | Find a contact in the address book; Get the phone number of a person; Look up a contact
p=person:name/person/who/contact
what is the phone number of {p}?; find the number of {p}; what is {p}'s number?; <can>look up {p} in my contacts; how can i reach {p}?; <can>find the contact {p}; which number does {p} have?
phone:big email:email
search: search; web search; search web; google; search internet; find online | Search the web; Search the internet for something; Find pages about a topic; Looks something up online
q=topic:query/q/text/term/question | n?=count:limit/count/max_results
search for {q}[ and show {n} results]; <can>search the web for {q}[, {n} results]; google {q}; look up {q} online[ with {n} results]; <can>find pages about {q}[, at most {n}]; search the internet for {q}; web search {q}; what does the internet say about {q}?; <can>do a web search on {q}
title:title page:int
news: get news; news; latest news; headlines; fetch news | Get the latest news; News about a topic; Latest headlines
t=topic:topic/subject/about/query
what is the news about {t}?; news about {t}; any news on {t}?; <can>show the latest news on {t}; give me headlines about {t}; what is new about {t}?; tell me what the papers say about {t}
title:title author:name
stock: get stock price; stock price; stock; quote; share price; lookup stock | Get the price of a stock; Current share price of a company; Look up a stock
s=code:symbol/ticker/stock/company
what is the stock price of {s}?; price of {s} stock; how is {s} doing on the stock market?; what is a share of {s} worth?; <can>check the stock {s}; stock price {s}; quote for {s}; how much is one share of {s}?
price:decimal change:decimal
convert: convert currency; currency; exchange; convert money; exchange rate | Convert money into another currency; Currency converter; Convert an amount between currencies
a=big:amount/value/sum | f=enum(EUR|USD|GBP|JPY|CHF):from/source/from_currency | t=enum(EUR|USD|GBP|JPY|CHF):to/target/to_currency
convert {a} {f} to {t}; how much is {a} {f} in {t}?; {a} {f} in {t}; what are {a} {f} in {t}?; <can>change {a} {f} into {t}; exchange {a} {f} to {t}; what do i get in {t} for {a} {f}?
result:decimal rate:decimal
translate: translate; translate text; translator; translation | Translate a text; Translate words into another language; Translates text
t=phrase:text/sentence/words/input | l=enum(french|german|spanish|italian|polish):language/target/to/lang
translate "{t}" to {l}; <can>translate "{t}" into {l}; what is "{t}" in {l}?; how do you say "{t}" in {l}?; say "{t}" in {l}; in {l}: "{t}"; <can>give me the {l} for "{t}"
text:word
add: add; add numbers; sum; plus; calculate sum | Add two numbers; Adds numbers; The sum of two numbers
a=int:a/x/first/left | b=int:b/y/second/right
what is {a} plus {b}?; add {a} and {b}; {a} + {b}; what is {a} + {b}?; sum of {a} and {b}; <can>add {a} to {b}; how much is {a} plus {b}?; what do {a} and {b} make together?
result:big
multiply: multiply; times; multiply numbers; product | Multiply two numbers; Multiplies numbers; The product of two numbers
a=int:a/x/first/left | b=int:b/y/second/right
what is {a} times {b}?; multiply {a} by {b}; {a} * {b}; {a} x {b}; product of {a} and {b}; <can>multiply {a} and {b}; how much is {a} times {b}?; what do you get for {a} times {b}?
result:big
random: random number; roll; roll dice; dice; pick number | Roll a dice; Get a random number; Roll dice with some sides
n=count:sides/max/dice/limit
roll a dice with {n} sides; <can>roll a {n} sided dice; give me a random number up to {n}; random number from 1 to {n}; pick a number up to {n}; throw a dice with {n} sides; <can>draw a number between 1 and {n}
number:int
define: define; define word; dictionary; lookup word; get definition | Look up a word in the dictionary; Define a word; Get the meaning of a word
w=word:word/term/text/query
define {w}; what does {w} mean?; look up the word {w}; what is the meaning of {w}?; <can>define the word {w}; meaning of {w}; dictionary {w}; what does the dictionary say about {w}?
meaning:title
note: create note; add note; save note; note; take note; write note | Save a note; Create a note; Write something down
t=phrase:text/content/note/body | n?=word:title/name
note: {t}; <can>write down "{t}"[ with the title {n}]; <can>make a note[ called {n}]: {t}; save the note "{t}"[ as {n}]; take a note "{t}"; note down "{t}"; <can>jot down "{t}"[ as {n}]
-
remind: set reminder; create reminder; remind; add reminder; remind me | Set a reminder; Remind the user of something; Creates a reminder
t=phrase:text/what/task/message | w=time:time/when/at
remind me at {w}: {t}; <can>set a reminder at {w} "{t}"; remind me of "{t}" at {w}; reminder at {w}: {t}; <can>remind me at {w} that {t}; at {w} tell me "{t}"
-
event: create event; add event; calendar event; schedule meeting; add to calendar | Add an event to the calendar; Create a calendar entry; Schedule a meeting
t=word:title/name/event/summary | d=date:date/day/when | h?=time:time/start/at
<can>add {t} to my calendar on {d}[ at {h}]; schedule {t} for {d}[ at {h}]; <can>create an event called {t} on {d}[ at {h}]; put {t} on {d}[ at {h}] in my calendar; new event {t} on {d}[, {h}]; i have {t} on {d}[ at {h}], put it in the calendar
id:big
agenda: list events; get events; calendar; get calendar; show agenda | List the events of a day; Get the calendar of a day; Shows what is planned
d=day:day/date/when
what is on my calendar {d}?; what do i have {d}?; <can>show my events for {d}; am i busy {d}?; what is planned for {d}?; my agenda for {d}; do i have something on {d}?
title:title time:time
music: play music; play song; play; music; start music; play track | Play music; Play a song; Plays a song or an artist
s=title:song/title/track/name/query | r?=bool(loudly/quietly):loud
play {s}[ {r}]; <can>play the song {s}[ {r}]; put on {s}; i want to hear {s}; start the music {s}; play me {s}; <can>put {s} on[ {r}]; let me listen to {s}[ {r}]
-
volume: set volume; volume; change volume; sound level | Set the volume; Change the volume of the sound; Makes it louder or quieter
v=int:level/volume/percent/value
set the volume to {v}; volume {v}; <can>turn the volume to {v} percent; make the sound {v}; <can>change the volume to {v}; put the sound at {v}
-
lights: set light; lights; switch light; light; control light; toggle light | Switch a light on or off; Control the lights; Turns lights on and off
r=enum(kitchen|bedroom|bathroom|garage|hall|garden):room/where/place/light | s=bool(on/off):on/state/is_on
turn {s} the light in the {r}; turn the {r} light {s}; switch {s} the {r} lights; <can>put the light in the {r} {s}; {r} light {s}; lights {s} in the {r}; i want the {r} light {s}
-
heat: set temperature; thermostat; heating; set thermostat; heat | Set the temperature of a room; Set the heating; Control the thermostat
r=enum(kitchen|bedroom|bathroom|office|hall):room/where/zone | t=int:temperature/degrees/value
set the {r} to {t} degrees; <can>heat the {r} to {t} degrees; make it {t} degrees in the {r}; {t} degrees in the {r}; set the heating in the {r} to {t}; i want {t} degrees in the {r}
-
route: get directions; directions; route; find route; navigate | Get directions between two places; Find the way; Route from one place to another
a=place:from/start/origin/source | b=place:to/end/destination/target
how do i get from {a} to {b}?; directions from {a} to {b}; route from {a} to {b}; <can>find the way from {a} to {b}; navigate from {a} to {b}; way from {a} to {b}; which road goes from {a} to {b}?
distance:int minutes:int
flight: search flights; find flight; flights; book flight; get flights | Search for flights; Find a flight between cities; Look for flights
a=place:from/origin/departure | b=place:to/destination/arrival | d?=date:date/day/when
find a flight from {a} to {b}[ on {d}]; flights from {a} to {b}[ on {d}]; i want to fly from {a} to {b}[ on {d}]; <can>search flights from {a} to {b}[ for {d}]; is there a plane from {a} to {b}[ on {d}]?; i have to fly from {a} to {b}[ on {d}]
price:int time:time code:code
hotel: find hotel; search hotels; hotels; book hotel; hotel search | Find a hotel in a city; Search for hotels; Look for a place to sleep
c=place:city/location/place | n?=count:nights/days | g?=count:guests/people/persons
find a hotel in {c}[ for {n} nights][ for {g} people]; hotels in {c}[ for {n} nights]; i need a hotel in {c}[ for {n} nights][ for {g} guests]; <can>search a hotel in {c}[ for {g} people]; where can i sleep in {c}[ for {n} nights]?
name:title price:int
product: search products; find product; product search; get product; shop search | Search for products in the shop; Find a product; Look for something to buy
q=food:query/product/name/item | m?=int:max_price/price_limit/max
search the shop for {q}[ under {m} euros]; do you sell {q}?; find {q} in the shop[ for less than {m}]; i want to buy {q}[ for at most {m}]; <can>look for {q}[ under {m}]; have you got {q} in the shop[ below {m}]?
price:decimal stock:int
shopping: add to list; add item; shopping list add; add to shopping list | Add something to the shopping list; Put an item on the list; Adds an item
i=food:item/name/product/what | n?=count:quantity/amount/count
add {i} to the shopping list[, {n} of them]; put {i} on my list[, {n} pieces]; <can>add {i} to my list; i need to buy {i}, put it on the list; shopping list: {i}; do not let me forget to buy {i}
-
task: add task; create todo; add todo; new task; create task | Add a task to the to-do list; Create a task; Adds something to do
t=phrase:task/title/text/name | p?=enum(low|medium|high):priority
add the task "{t}"[ with {p} priority]; <can>put "{t}" on my to-do list[ with {p} priority]; new task: {t}; todo: {t}; create a task "{t}"[, priority {p}]; i still have to do this: {t}
id:int
user: get user; find user; user; lookup user; user info; fetch user | Get a user by id; Look up a user; Returns the data of a user
i=big:id/user_id/userId/number
who is user {i}?; get user {i}; show me user {i}; <can>look up the user with id {i}; user {i}; find the user with number {i}; which person has the user id {i}?
name:name email:email city:place
order: get order; order status; track order; check order; order | Get the status of an order; Track an order; Where an order is
i=code:order_id/id/number/order
where is my order {i}?; status of order {i}; <can>track order {i}; what is the status of order {i}?; check order {i}; has order {i} been sent?; when do i get order {i}?
status:enum(sent|paid|open|lost|ready) date:date
file: read file; open file; get file; cat; show file | Read a file; Show what is in a file; Returns the content of a file
f=word:path/file/filename/name
read the file {f}; what is in the file {f}?; show me {f}; <can>open the file {f}; print the file {f}; cat {f}; what does the file {f} say?
content:title
write: write file; save file; create file | Write text to a file; Save a text in a file; Creates a file
f=word:path/file/filename/name | t=phrase:content/text/data
write "{t}" to the file {f}; <can>save "{t}" in {f}; create a file {f} with "{t}"; <can>put "{t}" into the file {f}; the file {f} should say "{t}"
-
country: get country; country info; country; country facts | Get facts about a country; Information about a country; Looks up a country
c=place:country/name/place
tell me facts about the country {c}; <can>look up the country {c}; country info {c}; how many people live in the country {c}?; what sort of country is {c}?
people:big area:big
calc: calculate; calculator; evaluate; math; compute; calc | Calculate an expression; Do a calculation; A calculator for formulas; Works out an expression
e=sum:expression/formula/input/query/calculation
calculate {e}; what is {e}?; <can>compute {e}; how much is {e}?; {e}; <can>work out {e}; solve {e}; <can>use the calculator for {e}; {e} = ?
result:big
now: get time; get current time; current time; now; time now; get datetime | Get the current time; The time now; Returns the current date and time; Tells the time
-
what time is it?; what is the time?; tell me the time; do you know the time?; what's the time now?; what time is it now?; <can>tell me what time it is; time?; what is the date today?; which day is it today?; what day is it?
time:time date:date
here: get location; current location; where am i; my location | Get the location of the user; Where the user is; The current place of the user
-
where am i?; what is my location?; <can>find out where i am; in which city am i?; which place is this?; where am i right now?
city:place
folder: list files; list directory; ls; get files; show folder | List the files in a folder; Lists files; Show what is in a directory
p?=word:path/folder/directory/dir
list the files[ in {p}]; which files are there[ in {p}]?; show me all files[ in {p}]; what is in the folder {p}?; <can>list my files[ in the folder {p}]; ls[ {p}]; show the directory {p}
file:word count:int
battery: battery; get battery; battery level; device status; status | Get the battery level of the device; The status of the device; How full the battery is
-
how full is the battery?; what is the battery level?; battery?; <can>check the battery; <can>check the status of the device; is the battery full?; how is the device doing?
level:int state:enum(ok|low|full)
~table: book table; reserve table; table booking; restaurant booking | Book a table in a restaurant; Reserve a table; Table for some people
r=title:restaurant/place/name | n=count:people/guests/persons | t?=time:time/at
book a table at {r} for {n} people[ at {t}]; a table for {n} at {r}[ at {t}]; <can>reserve a table for {n} people at {r}[ at {t}]
code:code
~bus: next bus; bus times; get departures; departures | Next departures from a stop; When the next bus leaves; Bus times of a stop
s=place:stop/station/from | l?=int:line/number
when does the next bus leave from {s}[ on line {l}]?; next bus from {s}[ line {l}]; <can>show the departures of {s}
time:time line:int
~recipe: find recipe; recipe search; get recipe; recipes | Find a recipe with an ingredient; Search recipes; Recipes for a dish
i=food:ingredient/dish/with/query | m?=int:max_minutes/minutes
find a recipe with {i}[ under {m} minutes]; what can i cook with {i}?; recipe for {i}[ in {m} minutes]; <can>search recipes with {i}
title:title minutes:int
~movie: movie info; get movie; film info; movie rating | Get facts about a movie; Rating of a film; Look up a movie
m=title:title/movie/film/name
who made the movie {m}?; how good is the movie {m}?; tell me about the film {m}; <can>look up the movie {m}
director:name score:int
~water: water plants; watering; start watering; irrigation | Water the plants in a part of the garden; Start the watering; Gives water to plants
z=enum(roses|lawn|herbs|trees):zone/area/plants | m=int:minutes/duration
water the {z} for {m} minutes; <can>give the {z} water for {m} minutes; {m} minutes of water for the {z}
-
~parcel: track parcel; parcel; track package; package status | Track a parcel; Where a parcel is; Status of a package
c=code:tracking_number/code/parcel_id
where is my parcel {c}?; track the parcel {c}; <can>look where parcel {c} is; parcel {c}
status:enum(sent|customs|delivered|lost) city:place
~vacuum: start vacuum; vacuum; vacuum room; robot vacuum | Start the vacuum robot; Vacuum a room; Cleans the floor of a room
r=enum(kitchen|bedroom|hall|attic|cellar):room/where/area | q?=bool(quietly/at full power):quiet/silent
vacuum the {r}[ {q}]; <can>clean the floor in the {r}[ {q}]; send the robot to the {r}
-
~distance: get distance; distance; measure distance; how far | Distance between two places; How far two cities are apart; Measure a distance
a=place:from/a/start | b=place:to/b/end
how far is it from {a} to {b}?; distance from {a} to {b}; <can>measure how far {a} is from {b}
distance:int
~balance: get balance; account balance; balance; check balance | Get the balance of a bank account; How much money is in an account; Account balance
a=big:account/account_id/iban
how much money is in account {a}?; balance of account {a}; <can>check the balance of {a}
balance:decimal
~pay: send money; transfer money; pay; make payment | Send money to someone; Pay a person; Transfer an amount
p=name:to/payee/recipient | a=big:amount/sum/euros
send {a} euros to {p}; pay {p} {a} euros; <can>transfer {a} to {p}
id:big
~air: air quality; get air quality; pollution; air index | Air quality in a city; How clean the air is; Get the pollution level
c=place:city/location/place
how is the air in {c}?; air quality in {c}; is the air clean in {c}?; <can>check the pollution in {c}
index:int
~train: train ticket; get train ticket; book train; rail booking | Buy a train ticket; Book a train; Ticket for a train journey
a=place:from/origin | b=place:to/destination | c?=enum(first|second):class/comfort
a train ticket from {a} to {b}[ in {c} class]; book a train from {a} to {b}[, {c} class]; <can>buy a ticket from {a} to {b}
code:code price:decimal
~weight: log weight; save weight; record weight | Record the weight of the user; Save a body weight; Log a weight
k=decimal:kilos/weight/kg
log my weight: {k}; i weigh {k} kilos today, save it; <can>record {k} kilos
-
~password: make password; generate password; new password; password | Generate a password; Make a safe password; New random password
n=count:length/size/characters
make a password with {n} characters; new password, {n} letters; <can>generate a password of length {n}
password:word
"""
_SPLITTER = re.compile(r"\s*;\s*")


def _parse():
    lines = _TEXT.strip().splitlines()
    for at in range(0, len(lines), 4):
        group, _, head = lines[at].partition(": ")
        names, abouts = (_SPLITTER.split(part.strip()) for part in head.split("|"))
        params = []
        for part in re.split(r" \| ", lines[at + 1]) if lines[at + 1] != "-" else []:
            slot, _, rest = part.partition("=")
            kind, _, options = rest.rpartition(":")
            params.append((slot.rstrip("?"), not slot.endswith("?"), kind, options.split("/")))
        fields = [] if lines[at + 3] == "-" else lines[at + 3].split()
        yield group.lstrip("~"), group.startswith("~"), names, abouts, params, _SPLITTER.split(lines[at + 2].strip()), fields


_FAMILIES = list(_parse())


def tool(rng, split, group=None):
    """An ordinary tool of the split, or of one group."""
    group, _, names, abouts, slots, asks, fields = rng.choice([f for f in _FAMILIES if f[1] == (split == "test") and group in (None, f[0])])
    params, renamed = [], {}
    for slot, required, kind, options in slots:
        free = [o for o in options if o not in renamed.values()]
        renamed[slot] = rng.choice(free[:1] * 2 + free)
        params.append(Param(renamed[slot], kind, required, about=f"The {renamed[slot].replace('_', ' ')}" if rng.random() < 0.5 else ""))
    requests = [re.sub(r"{(\w+)}", lambda m: "{" + renamed[m[1]] + "}", a) for a in asks]
    about = "" if rng.random() < 0.05 else rng.choice(abouts) + rng.choice(("", "."))
    return Tool(joined_name(rng, [rng.choice(names)]), about, params, requests, group, fields)
