"""A made-up register: a borough's children as several systems would have written them down, and who is who.

Families with brothers, sisters and twins who share all but the forename; records of one child by another hand, with the
slips that hands make.
"""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.intake.identity.likeness import Record

FORENAMES = {
    "M": "Mohammed Muhammad Ahmed Yusuf Ibrahim Ali Hassan Hussain Omar Abdullah Adam Noah Oliver George Leo Arthur Jack "
    "Harry Charlie Jacob Thomas William James Joshua Daniel Samuel Joseph David Lucas Ethan Max Isaac Alexander Benjamin "
    "Jayden Kayden Hayden Tyrone Malachi Kai Elijah Ezra Theo Luca Mateo Kwame Kofi Chidi Emeka Tunde Abdirahman Liban "
    "Mehmet Emre Arda Can Luan Arben Jakub Szymon Filip Andrei Stefan Wei Jun Minh Rahul Arjun Dev Ravi Tariq Bilal Hamza "
    "Zakariya Idris Reuben Toby Finley Callum Rhys Liam Connor Sean Patrick Declan Jordan Tyler Mason Riley Freddie",
    "F": "Aisha Fatima Maryam Zainab Khadija Amina Amira Hana Leyla Safia Olivia Amelia Isla Ava Mia Maya Sophia Grace "
    "Lily Freya Emily Ella Ellie Poppy Evie Charlotte Florence Daisy Alice Sofia Ruby Isabella Eva Emma Hannah Sarah Sara "
    "Chloe Jessica Zara Layla Nora Naomi Esther Ruth Abigail Destiny Shanice Keisha Ama Adaeze Ngozi Temi Ifeoma Elif "
    "Zeynep Defne Ecrin Elira Besa Zuzanna Maja Julia Ioana Maria Mei Ling Linh Priya Anjali Nisha Kavya Noor Iqra Sumaya "
    "Hodan Ifrah Niamh Aoife Orla Erin Megan Molly Lucy Holly Scarlett Willow Ivy Rosie Matilda Phoebe",
}
COMMON_FIRST = """
    Smith Jones Williams Brown Taylor Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright
    Walker White Edwards Hughes Green Hall Lewis Harris Clarke Patel Jackson Wood Turner Martin Cooper Hill
    Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price
    Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox
    Khan Richards Marshall Anderson Simpson Ellis Adams Singh Begum Wilkinson Foster Chapman Powell Webb Rogers
    Gray Mason Ali Hunt Hussain Campbell Matthews Owen Palmer Holmes Mills Barnes Knight Lloyd Butler Russell
    Barker Fisher Stevens Jenkins Murray Dixon Harvey Ahmed Mohamed Hassan Abdi Omar Warsame Farah Yilmaz Kaya
    Demir Celik Sahin Hoxha Krasniqi Nowak Kowalski Wisniewski Popescu Ionescu Nguyen Tran Chen Wang Okafor
    Adeyemi Okonkwo Mensah Owusu Boateng Osei Bangura Kamara Conteh Silva Santos Pereira Costa Rahman Islam
    Chowdhury Miah Uddin Akhtar Malik Iqbal Sheikh Mahmood Aziz O'Connor O'Brien O'Neill Byrne Ryan Walsh
"""
SURNAMES = COMMON_FIRST.split()
TWINS_LIKE = [("Hassan", "Hussain"), ("Amina", "Amira"), ("Ella", "Ellie"), ("Jayden", "Hayden"), ("Mia", "Maya")]
WRITTEN_OTHERWISE = {
    "Mohammed": ["Muhammad", "Mohamed", "محمد"],
    "Muhammad": ["Mohammed", "Mohamad"],
    "Ahmed": ["Ahmad", "أحمد"],
    "Yusuf": ["Yousef", "Youssef"],
    "Aisha": ["Ayesha", "Aysha"],
    "Fatima": ["Fatimah", "Fatma"],
    "Maryam": ["Mariam"],
    "Zainab": ["Zaynab"],
    "Stefan": ["Ştefan"],
    "Alexander": ["Alex"],
    "Benjamin": ["Ben"],
    "Thomas": ["Tom"],
    "Samuel": ["Sam"],
    "Nguyen": ["Nguyễn"],
    "Sahin": ["Şahin"],
    "Celik": ["Çelik"],
    "O'Connor": ["OConnor", "O’Connor"],
    "O'Brien": ["OBrien", "O Brien"],
    "O'Neill": ["ONeill", "O'Neil"],
    "Wang": ["王"],
}


@dataclass(frozen=True)
class Entry:
    """A record, and which child it is of."""

    child: int
    record: Record


def register(seed: int, *, records: int = 5000, again: float = 0.12) -> list[Entry]:
    """So many records in the order in which they came; a share of them are of a child who is there already."""
    chance = random.Random(seed)
    wanted = int(records * (1 - again))
    known = [Entry(number, record) for number, record in enumerate(_children(chance, wanted))]
    twice = [
        Entry(each.child, by_another_hand(each.record, chance)) for each in chance.choices(known, k=records - wanted)
    ]
    entries = known + twice
    chance.shuffle(entries)
    return entries


def _children(chance: random.Random, wanted: int) -> Iterator[Record]:
    made = 0
    while made < wanted:
        for record in _family(chance):
            if made < wanted:
                yield record
                made += 1


def _family(chance: random.Random) -> Iterator[Record]:
    surname = _surname(chance)
    postcode = f"N{chance.randint(1, 19)} {chance.randint(1, 9)}{''.join(chance.choices('ABDEFGHJLNP', k=2))}"
    born_on, named = date(2008, 1, 1) + timedelta(days=chance.randrange(365 * 17)), set[str]()
    for number in range(chance.choices([1, 2, 3, 4], [45, 33, 15, 7])[0]):
        sex = chance.choice("MF")
        forename = chance.choice([name for name in FORENAMES[sex].split() if name not in named])
        if number and chance.random() < 0.06:  # a twin of the one before
            if chance.random() < 0.15:
                named.discard(forename)
                first, forename = chance.choice(TWINS_LIKE)
                yield Record(first, surname, born_on, _sex_of(first), postcode=postcode)
                sex = _sex_of(forename)
        elif number:
            born_on += timedelta(days=chance.randint(300, 1500))
        named.add(forename)
        number_of_one = _upn(chance) if chance.random() < 0.5 else None
        yield Record(forename, surname, born_on, sex, upn=number_of_one, postcode=postcode)


def _sex_of(forename: str) -> str:
    return "M" if forename in FORENAMES["M"].split() else "F"


def _surname(chance: random.Random) -> str:
    one = chance.choices(SURNAMES, [1 / (rank + 12) for rank in range(len(SURNAMES))])[0]
    return f"{one}-{chance.choice(SURNAMES)}" if chance.random() < 0.04 else one


def _upn(chance: random.Random) -> str:
    return f"A206{chance.randrange(10**9):09}"


def by_another_hand(record: Record, chance: random.Random) -> Record:
    """The same child as somebody else writes the child down: most often right, sometimes with a slip or two."""
    slips = chance.choices([0, 1, 2], [35, 50, 15])[0]
    written = replace(
        record,
        upn=record.upn if chance.random() < 0.15 else None,
        postcode=record.postcode if chance.random() < 0.7 else None,
        sex=record.sex if chance.random() < 0.9 else None,
    )
    for slip in chance.sample(SLIPS, k=slips):
        written = slip(written, chance)
    return written


def _letter_slip(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    kind = chance.randrange(4)
    if kind == 0:
        return name[:at] + name[at - 1] + name[at:]
    if kind == 1 and len(name) > 3:
        return name[:at] + name[at + 1 :]
    if kind == 2 and at < len(name) - 1:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + chance.choice(string.ascii_lowercase) + name[at + 1 :]


def _forename_slip(record: Record, chance: random.Random) -> Record:
    return replace(record, forename=_letter_slip(record.forename, chance))


def _surname_slip(record: Record, chance: random.Random) -> Record:
    return replace(record, surname=_letter_slip(record.surname, chance))


def _swapped_date(record: Record, chance: random.Random) -> Record:
    born_on = record.born_on
    return replace(record, born_on=date(born_on.year, born_on.day, born_on.month)) if born_on.day <= 12 else record


def _date_slip(record: Record, chance: random.Random) -> Record:
    born_on = record.born_on
    if chance.random() < 0.5:
        return replace(
            record, born_on=born_on.replace(year=born_on.year + chance.choice([-1, 1]), day=min(born_on.day, 28))
        )
    return replace(record, born_on=born_on + timedelta(days=chance.choice([-1, 1, 10])))


def _names_changed_places(record: Record, chance: random.Random) -> Record:
    return replace(record, forename=record.surname, surname=record.forename)


def _written_otherwise(record: Record, chance: random.Random) -> Record:
    forename, surname = (
        chance.choice(WRITTEN_OTHERWISE.get(name, [name])) for name in (record.forename, record.surname)
    )
    return replace(record, forename=forename, surname=surname)


def _one_of_two_surnames(record: Record, chance: random.Random) -> Record:
    if "-" in record.surname:
        return replace(record, surname=chance.choice(record.surname.split("-")))
    return replace(record, surname=f"{record.surname}-{chance.choice(SURNAMES)}")


def _moved(record: Record, chance: random.Random) -> Record:
    return replace(record, postcode=f"E{chance.randint(1, 17)} 1AA")


def _capitals(record: Record, chance: random.Random) -> Record:
    return replace(record, forename=record.forename.upper(), surname=record.surname.upper().replace("-", " "))


SLIPS = [
    _forename_slip,
    _surname_slip,
    _swapped_date,
    _date_slip,
    _names_changed_places,
    _written_otherwise,
    _one_of_two_surnames,
    _moved,
    _capitals,
]
