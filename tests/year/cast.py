"""Who is there in each programme's year, and when it is. People have the names of what they are: nobody of the
documents is made to do, or to forget, anything."""

import random
from dataclasses import dataclass
from datetime import date

from tests.year.almanac import DAY, working_day_from

#: What people have ideas about, none like another.
IDEAS = (
    "Felles skjema for reiser",
    "Ett sted for maler",
    "Kurs i klart språk",
    "Færre møter på fredager",
    "Digital signering",
    "Deling av utstyr",
)
#: So many of those who only read come in the first half of a year.
EMPLOYEES = 10


@dataclass
class Somebody:
    """A person. ``comes`` is when they first write, ``until`` the last day of their roles, ``digest`` the week day of
    their weekly summary (0 for Monday), ``mutes`` when they turn messages off, ``reminded`` of which milestone they ask
    to be reminded, and how many days before."""

    name: str
    comes: date
    roles: tuple[str, ...] = ()
    until: date | None = None
    seats: tuple[str, ...] = ()
    leads: str = ""
    digest: int | None = None
    mutes: date | None = None
    reminded: tuple[str, int] | None = None

    def holds(self, role: str, day: date) -> bool:
        return role in self.roles and self.comes <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Plot:
    """What is particular to a programme's year. ``dense`` is a day before much is due, for a shorter stretch of it;
    ``chosen`` what leaders put in the first top 5."""

    programme: str
    begins: date
    dense: date
    #: Their name, roles, last day, groups they sit in, and the one they lead.
    officers: tuple[tuple[str, tuple[str, ...], date | None, tuple[str, ...], str], ...]
    chosen: tuple[str, ...]
    reminded: tuple[str, int]
    questions: tuple[str, ...]
    #: The group that volunteers join; that whose meetings are called, and by whom.
    open_group: str = ""
    meetings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tempo:
    """After how many days a leader sets the first top 5, and then how often it goes out; over how many days people
    come; and in how many weeks a leader tells something once. After how many days status reports are set, for so many
    days ahead; sprints begin to be planned; and somebody is given a review, with so many working days."""

    top: int
    rhythm: int
    coming: int
    telling: int
    reports: int
    ahead: int
    sprints: int
    review: int
    reviewing: int


THROUGH_THE_YEAR = Tempo(50, 180, 150, 2, reports=14, ahead=17, sprints=137, review=101, reviewing=13)
IN_HASTE = Tempo(1, 13, 6, 1, reports=0, ahead=4, sprints=0, review=0, reviewing=1)
#: In which months nobody answers or sends anything.
ON_HOLIDAY = {"osu2020": (7,), "os2019": (7,), "ou2021": (8,)}
OS_GROUPS = {
    "os-oppvekst": "Leder for oppvekst",
    "os-helse-omsorg": "Leder for helse",
    "os-kultur-kommunalteknikk": "Leder for kultur",
    "os-sentraladministrasjonen": "Leder for sentraladm.",
}
PLOTS = {
    "osu2020": Plot(
        "osu2020",
        date(2020, 8, 1),
        date(2020, 11, 26),
        (
            ("Leder", ("leader",), None, (), ""),
            ("Operativ leder", ("leader",), date(2020, 12, 31), (), ""),
            ("Koordinator", ("coordinator",), None, (), ""),
            ("Verneombud", ("safety_representative",), None, (), ""),
            ("Kommunalsjef", (), None, (), ""),
        ),
        ("osu-ini-kompetanse", "osu-ini-kommunegard", "osu-ini-ledelse"),
        ("osu-kickoff", 7),
        ("når er kickoff", "hvilken fase er vi i", "hva er målbildet", "hvem er operativ leder", "hva er anbefaling 6"),
        open_group="osu-omstilling",
        meetings=(("osu-omstilling", "Koordinator"),),
    ),
    "os2019": Plot(
        "os2019",
        date(2019, 1, 1),
        date(2019, 4, 2),
        (
            ("Rådmann", ("leader",), None, ("os-stottegruppe",), ""),
            ("Koordinator", ("coordinator",), None, (), ""),
            ("Personalsjef", (), None, ("os-stottegruppe",), ""),
            *((name, (), None, (key,), key) for key, name in OS_GROUPS.items()),
        ),
        (),
        ("os-frist-tiltak", 14),
        ("når er fristen for tiltak", "hvem leder arbeidsgruppe 3", "er landbruk med", "hva er hovedmålet"),
        meetings=tuple(OS_GROUPS.items()),
    ),
    "ou2021": Plot(
        "ou2021",
        date(2021, 4, 19),
        date(2021, 6, 28),
        (
            ("KD", ("leader",), None, ("ou-styringsgruppe",), "ou-styringsgruppe"),
            ("Koordinator", ("coordinator",), None, (), ""),
            ("Tillitsvalgt", ("employee_representative",), None, ("ou-styringsgruppe",), ""),
            ("Hovedverneombud", ("safety_representative",), None, ("ou-styringsgruppe",), ""),
            ("Arbeidsstrøm 1", (), None, (), ""),
            ("Arbeidsstrøm 2", (), None, (), ""),
        ),
        ("ou-ini-bti",),
        ("ou-fremdriftsplan", 7),
        ("når skal planen være klar", "hvem eier OU-prosjektet", "hvor ofte rapporteres det", "hva betyr KDG"),
        meetings=(("ou-styringsgruppe", "KD"),),
    ),
}


def cast(plot: Plot, begins: date, tempo: Tempo, chance: random.Random) -> list[Somebody]:
    """Who is there, in the order they come: those with a role from the first working days on."""
    first = working_day_from(begins)
    made = [Somebody(name, first, roles, until, seats, leads) for name, roles, until, seats, leads in plot.officers]
    for number in range(1, EMPLOYEES + 1):
        comes = working_day_from(begins + DAY * chance.randrange(2, tempo.coming))
        made.append(Somebody(f"Ansatt {number:02}", comes))
    employees = made[len(plot.officers) :]
    employees[0].comes = employees[1].comes = employees[2].comes = working_day_from(first + DAY)
    employees[0].digest, employees[1].digest = 4, 0
    employees[2].reminded = plot.reminded
    employees[3].mutes = working_day_from(employees[3].comes + DAY * 60)
    return made
