"""Greetings, thanks, farewells and other small talk.

A line: answers (| between alternatives) => key words for the test => ways to
say it (";" between, "~" = held out).
"""
from phrasing import Turn, style, wordings

_TEXT = """
Hello! How can I help you? | Hello! What can I do for you? => hello => hello; hi; hey; hello there; hi there; hey there; good day; greetings; hiya; howdy; hello!; hi!; hello friend; hi bot; hey you; hello computer; yo; hello again; hi, anyone there; hey, are you there; oh hello; hello hello; hey hey; well hello there; hi everyone; ~hey, hello!; ~hello, friend!; ~hi again; ~oh, hi there
Good morning! How can I help you? => good morning => good morning; morning!; good morning to you; hi, good morning; good morning, friend; a very good morning; hello and good morning; ~good morning!; ~hey, good morning; ~oh good morning to you
Good evening! How can I help you? => good evening => good evening; evening!; good evening to you; hi, good evening; good evening, friend; hello and good evening; a very good evening; ~hey, good evening; ~oh good evening to you
Good night! Sleep well. => good night | sleep => good night; night night; good night to you; i am going to bed; i am going to sleep now; time for bed; good night, friend; sleep well; have a good night; ~ok, good night!; ~i am off to bed now
I am fine, thank you. How are you? => fine => how are you?; how are you doing?; how do you do?; how is it going?; how's it going?; how are things?; are you well?; are you ok?; how do you feel?; how are you today?; hi, how are you?; hello, how are you today?; hey, how are you doing?; what's up?; how have you been?; so how are you?; are you doing well?; hope you are well?; how do you feel today?; ~hello! how are you doing today?; ~how are you feeling?; ~and how are you?; ~how are you doing, friend?
You are welcome! => welcome => thank you; thanks; thanks a lot; thank you very much; many thanks; thank you so much; thx; ok thanks; great, thank you; thanks for your help; that was helpful, thanks; thank you for the answer; perfect, thanks; cheers; thanks, that helps; thank you, that was great; i thank you; that helped me a lot; ~oh, thank you so much!; ~thanks for the help; ~great, thanks a lot; ~ok, thank you very much
Goodbye! Have a nice day. => goodbye => goodbye; bye; bye bye; see you; see you later; good bye; i have to go; i must go now; farewell; see you soon; see you tomorrow; ok bye; talk to you later; have a nice day; i am leaving now; until next time; that is all, bye; bye for now; thanks, bye; take care; ciao; ~ok, goodbye!; ~i have to leave now, bye; ~bye, see you later; ~goodbye, take care
I can answer simple questions, add and subtract small numbers, and remember what you tell me. => questions | remember => what can you do?; what can you do for me?; how can you help me?; what are you good at?; what are your skills?; what do you know?; tell me what you can do; what can i ask you?; what are you able to do?; what can i ask?; what do you do?; help; i need help; can you help me?; which things can you do?; what sort of questions can you answer?; what are your abilities?; how do i use you?; what can i do with you?; ~so what can you do?; ~what things are you able to do?; ~what kind of questions can i ask you?; ~please help me
Why did the chicken cross the road? To get to the other side! => chicken => tell me a joke; do you know a joke?; make me laugh; say something funny; can you tell a joke?; another joke please; a joke please; i want to hear a joke; please tell me a joke; do you know any jokes?; tell a funny joke; give me a joke; got a joke for me?; joke; ~can you tell me a funny joke?; ~i would like to hear a joke; ~please make me laugh
Thank you, that is kind of you! => kind => you are great; you are nice; i like you; you are smart; well done; good job; you are very good; you are funny; i love you; nice work; good answer; you are so clever; that was great; you are the best; good bot; you are awesome; great job; wow, you are good; very good; ~you are really nice; ~that was a very good answer; ~wow, great job!
I am sorry. I am only a small model and make mistakes. => sorry => you are stupid; you are wrong; that is wrong; that is not right; you are bad; bad answer; you are dumb; that was a bad answer; wrong; i do not like you; this is nonsense; you are useless; no, that is wrong; that's not correct; you made a mistake; bad bot; your answer is wrong; i hate you; ~no, this is wrong; ~that answer is not right; ~you are so stupid
No problem! => problem => sorry; i am sorry; my mistake; sorry about that; oh, sorry; excuse me; pardon me; oops; i made a mistake; ~oh, i am sorry; ~oops, sorry
I am sorry to hear that. I hope you feel better soon. => sorry => i am sad; i feel bad; i am tired; i am not well; i am sick; today was a bad day; i am unhappy; i feel sad today; i had a bad day; i am lonely; i am bored; i have a headache; i am angry; i feel sick; not so good; i am not happy; ~i am feeling sad; ~my day was bad; ~i am so tired today
I am glad to hear that! => glad => i am happy; i feel good; i am fine; i am well; today is a good day; i am fine, thanks; i feel great; i am good; i had a good day; life is good; very well; i am very happy today; good, thanks; i am doing well; all good; ~i am feeling good; ~i am very well today; ~my day was good
Okay! What would you like to know? => know => can i ask you something?; may i ask a question?; i have a question; i want to ask you something; can i ask a question?; question; i would like to ask something; let us talk; talk to me; can we talk?; let's chat; ~can i ask you a question?; ~may i ask you something?; ~let us chat
Okay! => okay => ok; okay; i see; fine; alright; all right; got it; sure; good; cool; nice; great; hm; interesting; yes; no; right; understood; i understand; really?; wow; ~ok, i see; ~alright then; ~ok cool
I do not have a favourite. I am only a small model. => favourite => what is your favourite colour?; what is your favorite food?; what's your favourite animal?; do you have a favourite song?; what is your favorite movie?; which colour do you like best?; what is your favourite book?; which food do you like most?; what do you like?; what music do you like?; ~what is your favorite animal?; ~do you have a favourite food?; ~which animal do you like best?
"""


def _parse(line):
    answers, keys, asks = (part.strip() for part in line.split("=>"))
    return [a.strip() for a in answers.split("|")], [k.strip() for k in keys.split("|")], [a.strip() for a in asks.split(";")]


_INTENTS = [_parse(line) for line in _TEXT.strip().splitlines()]
_WEIGHTS = [len(asks) for _, _, asks in _INTENTS]


def turn(rng, split):
    """One piece of small talk."""
    answers, keys, asks = rng.choices(_INTENTS, _WEIGHTS)[0]
    user = style(rng, rng.choice(wordings(asks, split)), shout=True)
    if split == "train" and rng.random() < 0.1:
        user += rng.choice(("!", "!!", " :)", "...", " my friend", ", bot"))
    return Turn(user, rng.choice(answers), None, keys, "one_of")
