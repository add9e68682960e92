"""The words for a time that the bot knows, in English and German, and what they mean.

All are kept as `folded` leaves them, so `übermorgen`, `uebermorgen` and `Ubermorgen` are one word.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

Meaning = TypeVar("Meaning")


class Part(Enum):
    """Parts of a day: the hour meant when none is said, the first and the last that can be said."""

    MORNING = (9, 0, 11)
    NOON = (12, 11, 14)
    AFTERNOON = (15, 12, 18)
    EVENING = (19, 16, 24)
    NIGHT = (21, 18, 24)


def folded(text: str) -> str:
    """Lower case, single spaces, and one spelling of ä, ae and a."""
    plain = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub("([aou])e", r"\1", bare)


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest that fits."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _vocabulary(meanings: dict[Meaning, str]) -> dict[str, Meaning]:
    """Each of the words, which stand between commas, and what it means."""
    return {
        folded(word): meaning for meaning, words in meanings.items() for word in words.split(",")
    }


MONTHS = _vocabulary(
    {
        1: "january,januar,jan,jänner",
        2: "february,februar,feb,feber",
        3: "march,märz,mar,mrz",
        4: "april,apr",
        5: "may,mai",
        6: "june,juni,jun",
        7: "july,juli,jul",
        8: "august,aug",
        9: "september,sept,sep",
        10: "october,oktober,oct,okt",
        11: "november,nov",
        12: "december,dezember,dec,dez",
    }
)
GERMAN_WEEKDAYS = _vocabulary(
    {
        0: "montag,mo",
        1: "dienstag,di",
        2: "mittwoch,mi",
        3: "donnerstag,do",
        4: "freitag,fr",
        5: "samstag,sonnabend,sa",
        6: "sonntag,so",
    }
)
WEEKDAYS = GERMAN_WEEKDAYS | _vocabulary(
    {
        0: "monday,mon",
        1: "tuesday,tues,tue",
        2: "wednesday,weds,wed",
        3: "thursday,thurs,thur,thu",
        4: "friday,fri",
        5: "saturday,sat",
        6: "sunday,sun",
    }
)
DAYS = _vocabulary(
    {
        -2: "the day before yesterday,day before yesterday,vorgestern",
        -1: "yesterday,gestern",
        0: "today,heute",
        1: "tomorrow,tmrw,morgen",
        2: "the day after tomorrow,day after tomorrow,übermorgen",
    }
)
PARTS = _vocabulary(
    {
        Part.MORNING: "morning,morgens,früh,vormittag,vormittags",
        Part.NOON: "noon,midday,mittag,mittags",
        Part.AFTERNOON: "afternoon,nachmittag,nachmittags",
        Part.EVENING: "evening,abend,abends",
        Part.NIGHT: "night,nacht,nachts",
    }
)
HOURS = _vocabulary(
    {
        1: "one,ein,eins",
        2: "two,zwei",
        3: "three,drei",
        4: "four,vier",
        5: "five,fünf",
        6: "six,sechs",
        7: "seven,sieben",
        8: "eight,acht",
        9: "nine,neun",
        10: "ten,zehn",
        11: "eleven,elf",
        12: "twelve,zwölf",
    }
)
MINUTES_FROM_HOUR = _vocabulary(
    {
        30: "half past",
        -30: "halb",
        15: "quarter past,quarter after,viertel nach",
        -15: "quarter to,viertel vor,dreiviertel",
    }
)
AMOUNTS = HOURS | _vocabulary(
    {
        0.5: "half an,half a,einer halben,einem halben,ner halben",
        1: "a,an,eine,einer,einem,ner",
        1.5: "anderthalb,eineinhalb",
        2: "a couple of",
        2.5: "zweieinhalb",
    }
)
UNITS = _vocabulary(
    {
        1: "s,sec,secs,second,seconds,sek,sekunde,sekunden",
        60: "m,min,mins,minute,minutes,minuten",
        900: "quarter of an hour,viertelstunde",
        2700: "dreiviertelstunde",
        3600: "h,hr,hrs,hour,hours,std,stunde,stunden",
        5400: "hour and a half",
        86_400: "d,day,days,tag,tage,tagen",
        604_800: "week,weeks,woche,wochen",
    }
)
"""In seconds."""
MONTHS_IN = _vocabulary(
    {
        1: "month,months,monat,monate,monaten",
        12: "year,years,yr,yrs,jahr,jahre,jahren",
    }
)
"""Units that the calendar makes longer or shorter."""
FILLERS = _vocabulary(
    {
        None: "at,on,the,this,by,about,around,exactly,sharp,please,for,right,"
        "um,am,an,der,den,dem,diesen,dieser,diese,gegen,ca,circa,etwa,genau,punkt,bitte,für"
    }
)
