"""English words for a time."""

from bot.when.said import Part, Said, Which
from bot.when.words import Words, day_names, month_names, vocabulary

_SMALL = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    20: "twenty",
    30: "thirty",
    40: "forty",
    50: "fifty",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety",
}


def _numbers() -> dict[str, int]:
    """1 to 99."""
    numbers = {word: number for number, word in enumerate(_SMALL, 1)}
    for ten, name in _TENS.items():
        numbers[name] = ten
        for word in _SMALL[:9]:
            for between in (" ", ""):
                numbers[f"{name}{between}{word}"] = ten + numbers[word]
    return numbers


_ORDINALS = vocabulary(
    {
        1: "first",
        2: "second",
        3: "third",
        4: "fourth",
        5: "fifth",
        6: "sixth",
        7: "seventh",
        8: "eighth",
        9: "ninth",
        10: "tenth",
        11: "eleventh",
        12: "twelfth",
        20: "twentieth",
        30: "thirtieth",
        -1: "last",
    }
)
_ORDINALS |= {f"{word}th": number for number, word in enumerate(_SMALL, 1) if number > 12}
_ORDINALS |= {
    f"{name}{between}{word}": ten + number
    for ten, name in ((20, "twenty"), (30, "thirty"))
    for word, number in list(_ORDINALS.items())
    for between in (" ", "")
    if 0 < number < 10
}

ENGLISH = Words(
    months=month_names("en") | vocabulary({9: "sept"}),
    weekdays=day_names("en") | vocabulary({1: "tues", 2: "weds", 3: "thurs,thur"}),
    plural_weekdays={f"{name}s": day for name, day in day_names("en").items() if len(name) > 3},
    phrases=vocabulary(
        {
            Said(now=True): "now,right now,right away,straight away,immediately,asap",
            Said(day_ahead=-2): "the day before yesterday,day before yesterday",
            Said(day_ahead=-1): "yesterday",
            Said(day_ahead=0): "today,to day",
            Said(day_ahead=1): "tomorrow,to morrow,tmrw,tmr,tmw,tomoz,2morrow,2moro,2mrw,next day,"
            "the next day,the following day",
            Said(day_ahead=1, unsure=True): "tom",
            Said(unsure=True): "by",
            Said(day_ahead=0, days=7): "today week",
            Said(day_ahead=1, days=7): "tomorrow week",
            Said(day_ahead=2): "the day after tomorrow,day after tomorrow,overmorrow",
            Said(day_ahead=0, part=Part.TONIGHT): "tonight,to night,tonite,2nite",
            Said(day_ahead=0, part=Part.NIGHT): "late tonight",
            Said(part=Part.MORNING): "morning,first thing,first thing in the morning,"
            "early morning,early,mornings",
            Said(part=Part.NOON): "noon,midday,mid day,lunch,lunchtime,lunch time",
            Said(part=Part.AFTERNOON): "afternoon,late afternoon,early afternoon",
            Said(part=Part.EVENING): "evening,late evening,early evening",
            Said(part=Part.NIGHT): "night,late night",
            Said(midnight=True): "midnight,12 midnight",
            Said(same_time=True): "same time,the same time,this time",
            Said(week=0): "this week,of this week,this week's",
            Said(week=1): "next week,of next week,the next week,the following week,next week's",
            Said(week=2): "the week after next,week after next",
            Said(one_of=(5, 6)): "weekend,week end",
            Said(one_of=(5, 6), which=Which.NEXT): "next weekend",
            Said(month_ahead=0): "of this month,this month,of the month",
            Said(month_ahead=1): "of next month,next month",
            Said(month_end=True, month_ahead=0): "end of the month,end of month,eom,"
            "end of this month,last day of the month,last day of this month,month end,month's end",
            Said(month_end=True, month_ahead=1): "end of next month,last day of next month",
            Said(month=12, day=31): "end of the year,end of year,eoy,end of this year,"
            "last day of the year",
            Said(hour=18, minute=0, second=0): "end of the day,end of day,eod",
            Said(one_of=(4, 6), week=1): "end of next week",
            Said(one_of=(4, 6)): "end of the week,end of week,eow",
        }
    ),
    numbers=_numbers(),
    ordinals=_ORDINALS,
    amounts=vocabulary(
        {
            0.25: "a quarter of an,quarter of an,quarter",
            0.5: "half an,half a,half,a half",
            0.75: "three quarters of an",
            1: "a,an",
            2: "a couple of,a couple,couple of",
            3: "a few,few",
            12: "a dozen",
        }
    ),
    units=vocabulary(
        {
            1: "s,sec,secs,second,seconds",
            60: "m,min,mins,minute,minutes",
            3600: "h,hr,hrs,hour,hours",
            5400: "hour and a half",
            86_400: "d,day,days",
            604_800: "w,wk,wks,week,weeks",
            1_209_600: "fortnight,fortnights",
        }
    ),
    months_in=vocabulary({1: "mo,month,months", 12: "y,year,years,yr,yrs"}),
    quarters=vocabulary(
        {
            30: "half past,half after,half",
            15: "quarter past,quarter after,a quarter past,a quarter after",
            -15: "quarter to,a quarter to,quarter of,quarter till,quarter before,a quarter before",
        }
    ),
    which=vocabulary(
        {
            Which.NEXT: "next,the next",
            Which.COMING: "coming,the coming,upcoming,the following",
            None: "this,this coming",
        }
    ),
    fillers=vocabulary(
        {
            None: "at,on,the,this,about,around,approximately,approx,roughly,exactly,sharp,for,"
            "please,pls,plz,thanks,thank you,thx,ok,okay,hi,hey,maybe,perhaps,let us say,lets say,"
            "say,then,well,yes,just,schedule,schedule it,schedule it for,post,post it,post this,"
            "publish,publish it,publish this,make it,lets do,how about,what about,can you,"
            "could you,i want,i would like,id like,to post,go live,put it up,best,rather,ideally,"
            "my time,local time,in my time,on the dot,ish,i think,i guess,id say,i would say,"
            "id prefer,preferably,probably,remind me,go with,lets go with,lets go for,set it to,"
            "set it for,change it to,move it to,send it,share it,upload it,sure,yeah,yep,alright,"
            "hmm,hello,would be great,would be good,would be nice,would be perfect,"
            "works for me,works"
        }
    ),
    mistakable=frozenset(),
)
