"""English cues."""

from __future__ import annotations

from monitor.core.modality.grammar import Cue, Grammar, Infinitives, Scope
from monitor.core.model import Assertion

DENIED, CONSIDERED, CONDITIONAL = Assertion.DENIED, Assertion.CONSIDERED, Assertion.CONDITIONAL
REPORTED, RETROSPECTIVE = Assertion.REPORTED, Assertion.RETROSPECTIVE

_NOT = r"(?:\w+n't|n't|not|never|cannot)"
_SILENT = (
    r"(?:immediately |yet |publicly |directly )*(?:comment|say|disclose|name|elaborate|specify|respond|reveal|"
    r"identify|"
    r"mention|report)\w*"
)
_SAID = (
    r"\b(?:said|says|told|reported|announced|confirmed|added|stated|claimed|wrote|admitted|acknowledged|revealed|"
    r"according to)\b"
)
_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"winter)"
)
_SOURCES = r"sources?|(?:officials?|people) (?:who|speaking on condition)"

CUES = (
    # What looks like a cue and is none.
    Cue(
        rf"not (?:only|just|least|merely|surprisingly)|no (?:doubt|less than|more than|fewer than|later than|sooner)|"
        rf"nothing (?:but|less)|whether or not|if not|as if|if only|never before|(?:did|has|have|does|"
        rf"do) {_NOT} den\w+|"
        rf"(?:is|was|are|were) n[o']t? ?(?:the first|alone)|{_NOT} (?:the first|the last|alone|surprising|clear)|"
        rf"(?:did|do|does|has|have|had|would|could) {_NOT} {_SILENT}|{_NOT} immediately (?:clear|known)|"
        rf"declin\w+ to {_SILENT}|refus\w+ to {_SILENT}|nevertheless|no\.? \d+|"
        rf"to (?:none|nil)|(?:no|not (?:one|a single)|without (?:one|a|a single)) (?:\w+ )?(?:votes?|voice|dissent\w*|"
        rf"objections?)(?: against)?|(?:with )?(?:none|no one|nobody) (?:voting )?against",
        None,
    ),
    Cue(
        r"(?:in|of|since|by|until|till|from|last|next|early|late|mid|this|on|\d+(?:st|nd|rd|th)?)[ -]may|"
        r"may(?= \d)|at will|free will|considering that|earlier (?:today|this morning|this afternoon|this evening)|"
        r"as early as|claim\w* (?:responsibility|\w+ lives|the lives?)|would-be|can be seen",
        None,
    ),
    # Rumour and hearsay.
    Cue(r"(?:could|can|may|might) have (?:been )?\w+", CONSIDERED),
    Cue(r"would have|would've|could have|should have|if \w+ had", CONDITIONAL),
    Cue(
        r"(?:is|are|was|were|been|be) (?:said|reported|alleged|rumou?red|believed|thought|understood) to(?: have)?",
        REPORTED,
    ),
    Cue(r"reportedly|allegedly|purportedly|supposedly|ostensibly|apparently|so-called", REPORTED, Scope.CLAUSE),
    Cue(
        rf"according to (?:\w+[ -]){{0,4}}(?:{_SOURCES})|"
        rf"(?:citing|quoting) (?:\w+[ -]){{0,4}}(?:{_SOURCES}|reports)|"
        r"unconfirmed (?:\w+ )?(?:reports?|information|rumou?rs)|rumou?r has it|(?:it is|is being) (?:alleged|"
        r"rumou?red)",
        REPORTED,
        Scope.SENTENCE,
    ),
    Cue(r"sources? (?:\w+ ){0,6}(?:say|says|said|told|tell|claim|claimed)", REPORTED, Scope.SENTENCE),
    Cue(r"rumou?rs?|claim(?:s|ed|ing)?(?: that)?|alleg(?:e|es|ed|ing)(?: that)?|purport\w*", REPORTED, Scope.INTO),
    # Denial.
    Cue(
        r"(?:reports?|rumou?rs?|information|news|claims?|footage|posts?|stor(?:y|ies)) (?:[\w'-]+,? ){0,12}?"
        r"(?:false|fake|untrue|baseless|groundless|unfounded|fabricated|disinformation|a hoax)|"
        r"not true(?: that)?|no truth|hoax|forged \w+|fake (?:decree|document|news|report|video|letter|order)s?|^fake:",
        DENIED,
        Scope.SENTENCE,
    ),
    Cue(
        r"(?:did|does|do|has|have|would|will|could|can) (?:not|n't) (?:yet )?rul\w+ out|\w+n't rul\w+ out",
        CONSIDERED,
        Scope.INTO,
    ),
    Cue(r"(?:may|might|could) (?:yet |still )?(?:not|n't)", CONSIDERED),
    Cue(
        r"(?:did|will|would|has|have|had|is|was|are|were)(?:n't| n't| not) (?:yet )?(?:been |be |going to )?"
        r"(?:take place|taken place|happen|happened|go ahead|gone ahead|occur|occurred|held|convened?|"
        r"materiali[sz]ed?)|"
        r"(?:is|was|are|were|has|have|had)(?:n't| n't| not)(?: yet)?(?: been)?(?= (?:paid|signed|issued|imposed|"
        r"filed|delivered|reached)\b)|"
        r"wo n't (?:take place|happen|go ahead|be held)|(?:won't|wo n't) be (?:held|convened)|never (?:took place|"
        r"happened)",
        DENIED,
        Scope.CLAUSE,
    ),
    Cue(
        r"den(?:y|ies|ied|ying)(?: (?:reports?|claims?|rumou?rs?|allegations?|that|having|it|any))*|denials? (?:of|"
        r"that)|"
        r"rul(?:e|es|ed|ing) out|refus(?:e|es|ed|ing|al)(?: to)?|declin(?:e|es|ed|ing) to|fail(?:s|ed|ing|ure)? to|"
        r"reject(?:s|ed|ing)? (?:calls|demands|claims|reports|the idea|suggestions|the possibility|any)|"
        r"dismiss(?:es|ed|ing)? (?:claims|reports|calls|rumou?rs|the idea|suggestions)|refut(?:e|es|ed|ing)|"
        r"unable to|stop(?:s|ped)? short of|prevent(?:s|ed|ing)? (?:\w+ ){1,4}from|against (?:any )?(?:lifting|"
        r"sending)|"
        r"far from|abandon(?:s|ed|ing)? (?:plans|the idea)|backs? away from|backed away from|oppos(?:e|es|ed|ing)|"
        r"drop(?:s|ped)? plans|avoid(?:s|ed|ing)?",
        DENIED,
        Scope.INTO,
    ),
    # What one is asked to do, and will not.
    Cue(
        r"(?:rebuff|reject|spurn|turn|declin|refus|dismiss|brush|resist)\w*(?: down| off| aside)? (?:[\w'-]+ ){0,6}?"
        r"(?:calls?|requests?|proposals?|appeals?|demands?|offers?|invitations?|pleas?|pressure) "
        r"(?:(?:of|from|by) (?:[\w'-]+ ){1,4}?)?to",
        DENIED,
        Scope.INTO,
    ),
    Cue(
        r"(?:has|have|had|with|there (?:are|is|were|was)|sees?|saw) no (?:\w+ )?(?:plans?|intentions?|reasons?|need|"
        r"desire|"
        r"basis|grounds|decision|question)(?: (?:to|for|of|on))?|no (?:plans?|intentions?|decision|"
        r"question)(?: (?:to|for|of|on))?",
        DENIED,
    ),
    Cue(
        rf"(?:is|are|was|were|be)?\s?(?:not|n't) (?:going|planning|intending|considering|expected|ready|"
        rf"willing) ?(?:to)?|{_NOT} (?:intend|plan|expect|want|need|going) to",
        DENIED,
    ),
    Cue(
        rf"{_NOT}|neither|nor|no one|nobody|none|nothing|nowhere|hardly|barely|without|instead of|"
        rf"rather than",
        DENIED,
    ),
    Cue(r"no", DENIED, reach=4),
    # Conditions.
    Cue(
        r"even if|if|unless|in case(?: of)?|in the event(?: of| that)?|provided that|as long as|so long as|"
        r"on condition that|"
        r"assuming(?: that)?|pending|depending on|subject to|should(?= (?:\w+ ){1,3}(?:continue|decide|fail|resume|"
        r"happen|"
        r"attack|agree|refuse|go|keep|be|not)\b)",
        CONDITIONAL,
        Scope.IF,
    ),
    # What is weighed, wished, demanded or foreseen.
    Cue(
        r"may|might|could|can|should|ought|must|perhaps|possibly|maybe|probably|potentially|likely|unlikely|whether",
        CONSIDERED,
    ),
    Cue(
        r"mull(?:s|ed|ing)?|consider(?:s|ed|ing)?(?! the\b)(?: whether)?|weigh(?:s|ed|ing)?|ponder(?:s|ed|ing)?|"
        r"discuss(?:es|ed|ing)?(?: (?:whether|possible|the possibility|plans))?|contemplat(?:e|es|ed|ing)|debat(?:e|"
        r"es|ing)|"
        r"toy(?:s|ed|ing)? with|explor(?:e|es|ing)|possible|potential|prospective|"
        r"(?<!peace )(?<!'s )(?:plans|planned|planning|plan(?= (?:to|for)\b))(?: to| for)?|intend(?:s|ed|ing)?(?: to)?|"
        r"intentions? (?:to|of)|aim(?:s|ed|ing)? (?:to|at|for)|hop(?:e|es|ed|ing)(?: to| that| for)?|"
        r"want(?:s|ed|ing)?(?: \w+)? to|wish(?:es|ed|ing)?|expect(?:s|ed|ing|ations?)?(?: to| that)?|seek(?:s|"
        r"ing)?(?: to)?|"
        r"sought to|propos(?:e|es|ed|ing|als?)(?: to| that)?|threat(?:s|en|ens|ened|ening)?(?: to| of)?|"
        r"call(?:s|ed|ing)? (?:on|for|upon)|urg(?:e|es|ed|ing)|demand(?:s|ed|ing)?(?: that)?|"
        r"ask(?:s|ed|ing)? (?:\w+ ){0,4}(?:to|for)|request(?:s|ed|ing)?|recommend(?:s|ed|ing|ations?)?(?: that)?|"
        r"fear(?:s|ed|ing)?(?: that| of)?|worr(?:y|ies|ied)(?: that)?|predict(?:s|ed|ing)?(?: that)?|forecasts?|"
        r"possib(?:le|ility)(?: of| that)?|chances? (?:of|that)|prospects? of|in talks (?:on|about|over)|"
        r"prepar(?:e|es|ing) (?:to|for)|(?:ready|willing|open|eager|reluctant) to|tr(?:y|ies|ied|ying) (?:to|and)|"
        r"attempt(?:s|ed|ing)? to|need(?:s|ed)?(?: to)?|doubt(?:s|ed|ful)?(?: that| whether| if)?|wonder(?:s|ed|"
        r"ing)?|"
        r"risk(?:s|ed)? (?:of|that)|warn(?:s|ed|ing)? (?:of|that)|options? (?:of|to)|idea of|bid to|efforts? to|"
        r"draft(?: law| decree| deal)?(?: on| to)?|imagin(?:e|es|ed|ing)|unclear (?:if|whether)|unsure (?:if|"
        r"whether)|"
        r"not sure|like to|love to|prefer to|suppos(?:e|ed) to|in order to|please|let's|let us|let s|how to|"
        r"feel free to|"
        r"(?:try|keep|start|consider)(?= \w+ing)",
        CONSIDERED,
        Scope.INTO,
    ),
    # What is still to come, said firmly.
    Cue(
        r"(?:will|'ll|shall|would|'d)|(?:is|are|was|were) (?:to|about to|due to|set to|going to)|gon na|going to",
        Assertion.ASSERTED,
        future=True,
    ),
    # What is past.
    Cue(
        r"recall(?:s|ed)? (?:that|how)|as a reminder|to recall|it (?:will|should) be recalled|remember that|"
        r"by way of background",
        RETROSPECTIVE,
        Scope.SENTENCE,
    ),
    Cue(
        rf"(?:which|who|that) (?:was|were|had been|has been|took place|\w+ed) (?:[\w-]+ ){{0,6}}(?:in|last|"
        rf"back in) (?:early |late |mid-)?"
        rf"(?:{_MONTHS}|year|month|week|\d{{4}})|(?:earlier|previously|formerly|in the past|years? ago|months ago|"
        rf"weeks ago|"
        rf"last (?:year|month|{_MONTHS})|decades? ago|"
        rf"back in(?= (?:early |late |mid-|the )?(?:\d|{_MONTHS})))",
        RETROSPECTIVE,
        Scope.CLAUSE,
        back=3,
    ),
    Cue(
        r"had (?:(?:already|previously|since|also|long|\w+ly) )*(?:been )?(?!to\b|a\b|an\b|the\b|no\b)\w+(?:ed|en|"
        r"wn|ght|de|id|ut|it|st|ld|me|nt|ck|ung|one|un)",
        RETROSPECTIVE,
        guard=_SAID,
    ),
    Cue(
        r"(?:ever )?since(?= (?:the |its |their |his )?(?:\w+ ){1,3}\w+)(?! (?:\d|then|last|monday|tuesday|"
        r"wednesday|thursday|friday|saturday|sunday))",
        RETROSPECTIVE,
    ),
)

GRAMMAR = Grammar(
    cues=CUES,
    barrier=(
        r"[;:()«»“”\"–—,]|``|''|\s-\s|--|"
        r"\b(?:but|although|though|while|whereas|because|after|before|since|until|when|as|who|whom|whose|which|"
        r"where|so|"
        r"despite|amid|that|than|if|unless)\b|"
        r"\band (?=(?:said|says|is|was|were|are|has|have|had|will|would|it|he|she|they|we|there|the \w+ (?:was|were|"
        r"is|are|has)|"
        r"\w{3,}ed)\b)"
    ),
    complement=r"that|as|if",
    past=r"\w{2,}ed$|^(?:said|told|took|held|hit|struck|met|began|gave|made|went|sent|came|shot|fell|broke|cut|set|"
    r"left)$",
    presupposing=r"\b(?:why|how|where|when|what|who) (?:\w+ )?(?:did|was|were|has|have|had)\b",
    infinitive=Infinitives(
        marker=r"\bto (?:be |have |not |also |\w+ly |then |jointly )*$",
        happened=(
            r"\b(?:began|begins?|begun|starts?|started|continue[sd]?|managed|manages|forced|obliged|compelled|"
            r"helped|helps|"
            r"help|led \w+|leading \w+|caused \w+|prompted \w+|allowed \w+|happened|came|got|chosen|chose|used|had|"
            r"has|have|"
            r"enabled \w+|proceeded|went on|due|according|prior|close|compared|owing|thanks|contrary|contribut\w+|"
            r"related|"
            r"return\w*|damage|response|reaction|access|visits?|added|l[e]a?d(?:s|ing)?|appears?|appeared|seems?|"
            r"seemed|tends?|able|first|second|third|last|only|"
            r"latest|model|remember(?:ed)?|turned out|proved|found|ceased) to (?:be |have |\w+ly )*$"
        ),
        never=r"(?:[^su]s|[^e]ed|\w{3}ing|^house)$",  # moved to house arrest
        imperative=(
            r"^\W*(?:(?:please|just|so|now|also|then|simply|always|or|and)\W+)*\w+ (?:me|us|them|him|her|it|"
            r"yourself|your|this|"
            r"these|the|a|an)\b"
        ),
        denied=r"\b(?:fail(?:s|ed|ing|ure)?|refus(?:e|es|ed|al)|declin(?:e|es|ed)|unable|forgot|neglect(?:s|ed)|"
        r"too \w+) to (?:be |\w+ly )*$",
    ),
)
