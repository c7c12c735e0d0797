"""Romanian, Armenian and Georgian: the commonest cues only."""

from __future__ import annotations

from monitor.core.modality.grammar import Cue, Grammar, Scope
from monitor.core.model import Assertion

DENIED, CONSIDERED, CONDITIONAL = Assertion.DENIED, Assertion.CONSIDERED, Assertion.CONDITIONAL
REPORTED, RETROSPECTIVE = Assertion.REPORTED, Assertion.RETROSPECTIVE

ROMANIAN = Grammar(
    cues=(
        Cue(r"nu (?:numai|doar|mai puțin|mai mult|a comentat|au comentat|a precizat|au precizat)|nu neagă", None),
        Cue(r"nu (?:exclude|exclud|a exclus)", CONSIDERED, Scope.INTO),
        Cue(
            r"neagă|a negat|au negat|dezmint\w*|a dezmințit|respin\w+|a respins|refuz\w+|exclu(?:de|s)",
            DENIED,
            Scope.INTO,
        ),
        Cue(
            r"nu (?:are|au) (?:niciun )?(?:plan|planuri|intenți\w+)|nu intenționează|nu va|nu vor|n-a|n-au|nu|"
            r"niciun|nicio|fără|nimeni",
            DENIED,
        ),
        Cue(r"dacă|în caz(?: că)?|în cazul în care|cu condiția", CONDITIONAL, Scope.IF),
        Cue(r"ar fi", REPORTED),
        Cue(
            r"se pare că|chipurile|potrivit unor surse|surse\w* (?:\w+ ){0,3}(?:spun|afirmă|susțin)|pretin\w+",
            REPORTED,
            Scope.SENTENCE,
        ),
        Cue(r"poate|pot|ar putea|posibil|probabil|ar|trebuie", CONSIDERED),
        Cue(
            r"analiz(?:ează|ăm)|iau? în (?:calcul|considerare)|discut(?:ă|at)|plănui\w+|intenționează|vrea|vor să|"
            r"cer(?:e|ut)|propun\w*|așteaptă|speră",
            CONSIDERED,
            Scope.INTO,
        ),
        Cue(r"va|vor|urmează să", Assertion.ASSERTED, future=True),
        Cue(r"amintim că|reamintim|(?:a|au) (?:re)?amintit (?:că|cum)", RETROSPECTIVE, Scope.SENTENCE),
        Cue(r"\w{2,}seră", RETROSPECTIVE, Scope.BEFORE),
        # The pluperfect; “rămase”, “retrase”, “valoroase” end like one.
        Cue(r"(?:fuse|avuse|(?!\w*(?:răm|tr|o)ase\b)\w{3,}a)se", RETROSPECTIVE, Scope.CLAUSE),
        Cue(r"(?:lovi|opri|veni|muri|primi|izbucni|ieși|porni|reuși|stabili)se", RETROSPECTIVE, Scope.CLAUSE),
        Cue(r"anterior|anul trecut|luna trecută|acum (?:un an|\w+ ani|\w+ luni)", RETROSPECTIVE, Scope.CLAUSE),
    ),
    barrier=r"[;:()—–,]|\s-\s|\b(?:dar|însă|deși|că|care|după|înainte)\b",
    complement=r"că",
)

ARMENIAN = Grammar(
    cues=(
        Cue(r"հերք\w+|մերժ\w+|հրաժար\w+|բացառ\w+", DENIED, Scope.INTO),
        Cue(r"չ(?:ի|են|եմ|ենք|էր|էին|կա|կան)|\w*չի|ոչ|առանց|չհաստատ\w+", DENIED, Scope.CLAUSE, back=3),
        Cue(r"եթե|դեպքում", CONDITIONAL, Scope.IF),
        Cue(r"իբր(?:և)?|իբրև թե|ենթադրաբար|աղբյուրներ\w*", REPORTED, Scope.SENTENCE),
        Cue(r"կարող (?:է|են|էր)|հնարավոր\w*|գուցե|պետք է", CONSIDERED, Scope.CLAUSE),
        Cue(r"քննարկ\w+|դիտարկ\w+|պլանավոր\w+|մտադիր\w*|առաջարկ\w+", CONSIDERED, Scope.INTO),
        Cue(r"\w{3,}(?:ել|ած) (?:էր|էին)", RETROSPECTIVE, Scope.CLAUSE),
        Cue(r"հիշեցն\w+|նախկինում|ավելի վաղ|անցյալ տարի", RETROSPECTIVE, Scope.CLAUSE),
    ),
    barrier=r"[;:(),—–՝։]|\s-\s|\b(?:բայց|սակայն|որ|որը)\b",
    complement=r"որ",
)

GEORGIAN = Grammar(
    cues=(
        Cue(r"უარყ\w+|გამორიცხ\w+|უარი \w+", DENIED, Scope.INTO),
        Cue(r"არ(?:ა|ც)?|ვერ|აღარ|გარეშე", DENIED, reach=3),
        Cue(r"თუ|შემთხვევაში", CONDITIONAL, Scope.IF),
        Cue(r"თითქოს|სავარაუდოდ|წყარო\w*|ვითომ", REPORTED, Scope.SENTENCE),
        Cue(r"შეიძლება|შესაძლოა|შესაძლებელი\w*|უნდა", CONSIDERED, Scope.CLAUSE),
        Cue(r"განიხილავ\w+|განიხილ\w+|გეგმავ\w+|აპირებ\w+|სთავაზობ\w+|ითხოვ\w+", CONSIDERED, Scope.CLAUSE),
        Cue(r"\w{3,}(?:ული|ილი|არი) იყო", RETROSPECTIVE, Scope.CLAUSE),
        Cue(r"შეგახსენებთ|ადრე|გასულ წელს|შარშან", RETROSPECTIVE, Scope.CLAUSE),
    ),
    barrier=r"[;:(),—–]|\s-\s|\b(?:მაგრამ|რომ|რომელიც|თუმცა)\b",
    complement=r"რომ",
)
