"""German words for a time."""

from bot.when.said import Part, Said, Which
from bot.when.words import Words, day_names, folded, month_names, vocabulary

_SMALL = [
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
_TENS = {
    20: "zwanzig",
    30: "dreißig",
    40: "vierzig",
    50: "fünfzig",
    60: "sechzig",
    70: "siebzig",
    80: "achtzig",
    90: "neunzig",
}


def _numbers() -> dict[str, int]:
    """0 to 99."""
    numbers = {folded(word): number for number, word in enumerate(_SMALL, 1)}
    for ten, name in _TENS.items():
        numbers[folded(name)] = ten
        for one, word in enumerate(["ein", *_SMALL[1:9]], 1):
            numbers[folded(f"{word}und{name}")] = ten + one
    return numbers | vocabulary({0: "null", 1: "ein", 2: "zwo", 30: "dreissig"})


def _ordinals() -> dict[str, int]:
    irregular = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
    stems = {number: f"{word}t" for number, word in enumerate(_SMALL, 1)} | irregular
    for ten in (20, 30):
        stems[ten] = f"{_TENS[ten]}st"
        for one, word in enumerate(["ein", *_SMALL[1:9]], 1):
            stems[ten + one] = f"{word}und{_TENS[ten]}st"
    stems[-1] = "letzt"
    return {
        folded(stem + ending): number
        for number, stem in stems.items()
        for ending in ("e", "er", "en", "es", "em")
        if number <= 31
    }


_WHOLE = [*enumerate(["ein", *_SMALL[1:12]], 1)]
_WEEKDAYS = day_names("de") | vocabulary({5: "sonnabend"})
NEXT = "nächste,nächsten,nächster,nächstes,nächstem"

GERMAN = Words(
    months=month_names("de", "de_AT") | vocabulary({2: "feb,feber", 3: "mrz,mär", 9: "sept"}),
    weekdays=_WEEKDAYS,
    plural_weekdays={f"{name}s": day for name, day in _WEEKDAYS.items() if len(name) > 2},
    phrases=vocabulary(
        {
            Said(now=True): "jetzt,sofort,gleich jetzt,jetzt gleich,jetzt sofort,ab sofort",
            Said(day_ahead=-2): "vorgestern",
            Said(day_ahead=-1): "gestern",
            Said(day_ahead=0): "heute,heut",
            Said(day_ahead=1): "morgen,am nächsten tag,am folgetag",
            Said(day_ahead=2): "übermorgen,über morgen",
            Said(day_ahead=3): "überübermorgen,über übermorgen",
            Said(day_ahead=0, part=Part.MORNING): "heute morgen,heute früh,heut früh,diesen morgen",
            Said(part=Part.MORNING): "morgens,früh,frühmorgens,vormittag,vormittags,am morgen,"
            "in der früh,in der frühe,am frühen morgen,früh am morgen,früh morgens",
            Said(part=Part.NOON): "mittag,mittags,zu mittag",
            Said(part=Part.AFTERNOON): "nachmittag,nachmittags,am späten nachmittag,"
            "am frühen nachmittag",
            Said(part=Part.EVENING): "abend,abends,am späten abend,am frühen abend,spätabends,"
            "spät abends,spät am abend",
            Said(part=Part.NIGHT): "nacht,nachts,in der nacht,spät nachts",
            Said(midnight=True): "mitternacht",
            Said(same_time=True): "zur gleichen zeit,zur selben zeit,gleiche zeit,selbe zeit,"
            "um diese zeit,um die gleiche zeit,um die selbe zeit,um dieselbe zeit,"
            "zur gleichen uhrzeit,gleiche uhrzeit,selbe uhrzeit,genau um diese zeit,"
            "zur selben uhrzeit,dieselbe zeit,dieselbe uhrzeit,um diese uhrzeit",
            Said(week=0): "diese woche,dieser woche,in dieser woche",
            Said(week=1): "nächste woche,nächster woche,in der nächsten woche,kommende woche,"
            "kommender woche",
            Said(week=2): "übernächste woche,übernächster woche,in der übernächsten woche",
            Said(one_of=(5, 6)): "wochenende,kommendes wochenende,kommenden wochenende",
            Said(one_of=(5, 6), which=Which.NEXT): "nächstes wochenende,nächsten wochenende",
            Said(month_ahead=0): "des monats,dieses monats,diesen monat,in diesem monat",
            Said(month_ahead=1): "nächsten monats,des nächsten monats,nächsten monat,"
            "im nächsten monat,kommenden monats",
            Said(month_end=True, month_ahead=0): "ende des monats,monatsende,zum monatsende,"
            "ende dieses monats,letzter tag des monats,letzten tag des monats,"
            "letzten des monats,ende monat",
            Said(month_end=True, month_ahead=1): "ende nächsten monats,ende des nächsten monats",
            Said(month=12, day=31): "ende des jahres,jahresende,letzten tag des jahres,"
            "letzter tag des jahres",
            Said(one_of=(4, 6)): "ende der woche,ende dieser woche",
            Said(one_of=(4, 6), week=1): "ende nächster woche,ende der nächsten woche",
            Said(seconds=900): "viertelstunde",
            Said(seconds=2700): "dreiviertelstunde",
            Said(hour=18, minute=0, second=0): "feierabend,ende des tages",
        }
    ),
    numbers=_numbers(),
    ordinals=_ordinals(),
    amounts=vocabulary(
        {
            0.25: "viertel,eine viertel,einer viertel,ner viertel",
            0.5: "einer halben,einem halben,ner halben,eine halbe,ne halbe,nem halben,ein halbes,"
            "halbe,halben",
            0.75: "dreiviertel,eine dreiviertel,einer dreiviertel,ner dreiviertel,drei viertel",
            1: "eine,einer,einem,einen,ner,nem,ne",
            3: "ein paar,paar,wenige,wenigen,einige,einigen",
            1.5: "anderthalb",
        }
    )
    | {
        folded(word + ending): number + 0.5
        for number, word in _WHOLE
        for ending in ("einhalb", "einhalbe", "undeinhalb")
    },
    units=vocabulary(
        {
            1: "s,sek,sekunde,sekunden",
            60: "m,min,minute,minuten",
            900: "viertelstunde",
            2700: "dreiviertelstunde",
            1800: "halbstunde",
            3600: "h,std,stunde,stunden",
            86_400: "tag,tage,tagen",
            604_800: "woche,wochen",
        }
    ),
    months_in=vocabulary({1: "monat,monate,monaten", 12: "jahr,jahre,jahren"}),
    quarters=vocabulary(
        {
            -30: "halb",
            15: "viertel nach",
            -15: "viertel vor,dreiviertel,drei viertel",
            -45: "viertel",
        }
    ),
    which=vocabulary(
        {
            Which.NEXT: NEXT,
            Which.COMING: "kommende,kommenden,kommender,kommendes,diesen kommenden",
            Which.AFTER_NEXT: "übernächste,übernächsten,übernächster,übernächstes",
            None: "diesen,dieser,diese,dieses,diesem",
        }
    ),
    fillers=vocabulary(
        {
            None: "um,am,an,im,in der,zu,zum,zur,der,den,dem,die,das,diesen,dieser,dieses,diesem,"
            "gegen,ca,circa,zirka,etwa,ungefähr,genau,punkt,pünktlich,für,auf,bitte,danke,ok,okay,"
            "gut,ja,hallo,hi,am besten,schon,dann,also,lieber,eher,vielleicht,gerne,gern,einfach,"
            "mal,doch,sagen wir,sagen wir mal,wie wäre es mit,wie wärs mit,poste,poste es,"
            "poste das,posten,post,veröffentliche,veröffentliche es,veröffentliche das,"
            "veröffentlichen,plane,plane es,plan es,einplanen,stell es,online,live,es,soll,"
            "kannst du,könntest du,ich möchte,ich will,erst,uhrzeit,ortszeit,meine zeit,"
            "meiner zeit,ich würde sagen,würde sagen,ich denke,ich glaube,denke ich,eben,halt,wohl,"
            "wäre gut,wäre super,wäre toll,wäre schön,passt,passt mir,lg,vg,super,prima,perfekt,"
            "am liebsten,möglichst,erinner mich,erinnere mich,hochladen,teilen,lade es hoch,"
            "mach es,mach das,nimm,setz es auf,setze es auf,verschieb es auf,verschiebe es auf,"
            "vielen dank,dankeschön,danke dir,naja,hm,hmm,hey,moin,servus"
        }
    ),
    mistakable=frozenset(
        {"mo", "di", "mi", "do", "fr", "sa", "so", "am", "an", "im", "die", "das", "es", "post"}
        | {"also", "mal", "gut", "ja", "ne", "ner", "nem", "live", "online", "plan es"}
    ),
)
