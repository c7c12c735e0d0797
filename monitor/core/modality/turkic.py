"""Azerbaijani and Turkish cues. The verb comes last, and much of modality is in its endings."""

from __future__ import annotations

from monitor.core.modality.grammar import Cue, Grammar, Scope
from monitor.core.model import Assertion

DENIED, CONSIDERED, CONDITIONAL = Assertion.DENIED, Assertion.CONSIDERED, Assertion.CONDITIONAL
REPORTED, RETROSPECTIVE = Assertion.REPORTED, Assertion.RETROSPECTIVE

# Endings are recognised by form alone, so words that merely look so are shielded.
_LOOK_ALIKES = (
    r"m[əe]mur\w*|d[əe]mir\w*|kömür\w*|ömür\w*|t[əa]mir\w*|[əe]mir\w*|yağmur\w*|çamur\w*|m[əe]mm[əe]d\w*|"
    r"[əa]hm[əe]d\w*|mehmed\w*|"
    r"m[əu]h[əa]mm[əe]d\w*|namaz\w*|almaz\w*|elmas\w*|komedi\w*|medi[ac]\w*|t[əe]m[əe]l\w*|[əa]m[əe]li\w*|kamal\w*|"
    r"malik\w*|"
    r"g[əe]l[əe]c[əe]k\w*|isə|ise|fransa\w*|vladimir\w*|timur\w*|samir\w*|emir\w*|ramiz\w*"
)

AZERBAIJANI = Grammar(
    cues=(
        Cue(
            rf"(?:təkcə|yalnız|tək) (?:\w+ ){{0,4}}deyil|az deyil|{_LOOK_ALIKES}|"
            r"(?:şərh|münasibət|cavab|açıqlama|məlumat)\w* (?:et|ver|bildir|olun|edil|veril)?\w*m[əaiıuü]\w+|"
            r"adı (?:açıqlanma|çəkilmə)y\w+(?= (?!mənbə))|açıqlanmayan(?! mənbə)|təkzib etmə\w+|inkar etmə\w+|"
            r"dəqiqləşdirmə\w+|(?:bu gün|bugün) əvvəl|ən azı",
            None,
        ),
        Cue(r"xatırla\w* ki|xatırlatma\w*|qeyd edək ki|bildirildiyi kimi", RETROSPECTIVE, Scope.SENTENCE),
        Cue(r"xatırla(?:d[ıi]b|d[ıi]|daraq)\w*", RETROSPECTIVE, Scope.LEFT),
        Cue(r"istisna (?:deyil|olunmur|etmə?[iı]?r?\w*m\w*|etmir\w*|etmədi\w*|etməyib\w*)", CONSIDERED, Scope.LEFT),
        Cue(r"(?:təkzib|inkar|rədd) (?:ed|et)\w+ ki", DENIED, Scope.INTO),
        Cue(
            r"(?:təkzib|inkar|rədd|imtina|istisna) (?:ed|et|olun)\w+|(?:niyyətində|fikrində) deyil\w*|(?:niyyəti|"
            r"planı|planları) "
            r"yox\w*|planlaşdırmır\w*|planlaşdırmayıb\w*|düşünmür\w*|nəzərdə tutulmur|gözlənilmir|əsassız\w*|"
            r"yalan\w*",
            DENIED,
            Scope.LEFT,
        ),
        Cue(r"bilməz\w*|bilmir\w*|bilmədi\w*|bilməyəcə\w*|bilməyib\w*", DENIED, Scope.BEFORE, back=2),
        Cue(r"deyil\w*|yoxdur|yox|yoxdu", DENIED, Scope.BEFORE, back=4),
        Cue(r"heç (?:bir|kim|vaxt|nə)|nə də", DENIED, reach=3),
        Cue(
            r"\w{2,}(?:m[aə]d[ıi](?:lar|lər|ğ\w+|y\w+)?|m[aə]y(?:ıb|ib)\w*|m[aə]y(?:aca|əcə)\w+|m[ıiuü]r(?:lar|lər|"
            r"ıq|ik|dı|di)?|m[aə]m[ıi]ş\w*|"
            r"m[aə]z(?:lar|lər)?|m[aə]m[aə](?:s[ıi]|q|k|ğ|y)\w*)",
            DENIED,
            Scope.BEFORE,
            back=3,
        ),
        Cue(r"olmadan|əvəzinə", DENIED, Scope.BEFORE, back=2),
        Cue(
            r"əgər|şayət|(?:et|ol|ver|olma|etmə|verilmə|edil|olun|gəl|başla)s[aə](?:lar|lər)?|"
            r"(?:təqdirdə|halında|şərti ilə|şərtilə)|(?:etdiyi|olduğu|edəcəyi|olacağı) halda",
            CONDITIONAL,
            Scope.IF,
        ),
        Cue(r"\w+(?:ars|ərs)[aə]\w*", CONDITIONAL, Scope.IF, mood=True),
        Cue(
            r"guya|deyilənə görə|(?:iddialara|iddiaya|şayiələrə) görə|yayılan məlumata görə|(?:qeyri-rəsmi|"
            r"təsdiqlənməmiş) məlumat\w*|"
            r"mənbə\w* (?:istinadən|görə|əsasən)|(?:açıqlanmayan|anonim|adsız) mənbə\w*|"
            r"mənbə\w* (?:\w+ ){0,6}(?:bildir|de[yd]|iddia|söylə|açıqla)\w*",
            REPORTED,
            Scope.SENTENCE,
        ),
        Cue(
            r"iddia (?:ed|et|olun)\w+|deyilir|bildirilir|xəbər verilir|söylənilir|iddia(?:sı|ları)",
            REPORTED,
            Scope.LEFT,
        ),
        Cue(r"bəlkə(?: də)?|ehtimal ki|mümkündür ki|yəqin ki|ola bilsin", CONSIDERED, Scope.CLAUSE),
        Cue(
            r"mümkün\w*|ehtimal\w*|lazım\w*|\w{3,}m[aə]l[ıi](?:dır|dir|dırlar|dirlər)",
            CONSIDERED,
            Scope.BEFORE,
            back=4,
        ),
        Cue(r"(?:\w+[aə] )?bilə(?:r|cə)\w*", CONSIDERED, Scope.BEFORE, back=4, mood=True),
        Cue(r"\w{2,}[aə]r[ıi][qk]", CONSIDERED, Scope.BEFORE, back=3, mood=True),
        Cue(
            r"düşün(?:ür|dü|ül)\w*|müzakirə (?:ed|et|olun|edil)\w+|nəzərdən keçir\w+|planlaşdır\w+|niyyət\w+|"
            r"hazırlaş\w+|hazırdır\w*|"
            r"məsələ\w* bax\w+|istəy\w+|tələb (?:ed|et|olun)\w+|tələbi\w*|çağır(?:ır|ıb|dı)\w*|çağırış\w*|"
            r"təklif (?:ed|et|olun)\w+|xahiş\w*|gözlənil\w+|"
            r"gözləy\w+|ümid\w*|təhdid\w*|hədələ\w+|nəzərdə tut\w+|araşdır(?:ır|ılır)\w*",
            CONSIDERED,
            Scope.LEFT,
        ),
        # For what is to be done; what is given "for generators" is given.
        Cue(r"\w{2,}m[aə](?:q|k|s[ıi]|l[aə]r[ıi])(?:n[ıi]n)? üçün", CONSIDERED, Scope.BEFORE),
        Cue(r"\w{2,}(?:aca[qğ]|əcə[ky])\w*", Assertion.ASSERTED, Scope.BEFORE, back=2, future=True),
        Cue(
            r"əvvəllər|daha əvvəl|bundan əvvəl|daha öncə|öncə|(?:ötən|keçən) (?:il|ay)\w*|(?:il|ay|həftə) əvvəl|"
            r"vaxtilə",
            RETROSPECTIVE,
            Scope.CLAUSE,
            reach=5,
            back=1,
        ),
        Cue(r"\w{2,}m[ıiuü]şd[ıiuü](?!r)\w*", RETROSPECTIVE, Scope.BEFORE),
    ),
    barrier=(
        r"[;:()—–]|\s-\s|\b(?:lakin|amma|ancaq|fəqət|halbuki|çünki|ki|sonra|görə)\b|"
        r"(?:(?<=[ıiuü]b)|(?<=d[ıiuü])|(?<=[ıiuü]r)|(?<=lar)|(?<=lər)|(?<=[aə]r)|(?<=caq)|(?<=cək)|(?<=s[aə])),"
    ),
    complement=r"ki",
    past=r"\w{2,}(?:d[ıiuü]|[ıiuü]b|m[ıiuü]ş)(?:d[ıiuü]r|lar|lər)?$",
    verb_last=True,
    dotless=True,
)

TURKISH = Grammar(
    cues=(
        Cue(
            rf"(?:sadece|yalnızca|yalnız|salt) (?:\w+ ){{0,4}}değil|az değil|{_LOOK_ALIKES}|"
            r"(?:yorum|açıklama|yanıt|cevap|bilgi|ayrıntı)\w* (?:yap|ver|paylaş|yapıl|veril)\w*m\w+|yalanlama(?:dı|"
            r"mış|yan)\w*|"
            r"reddetme(?:di|miş)\w*|(?:bugün|günün) erken|en az",
            None,
        ),
        Cue(r"hatırlat(?:tı|arak|ırken)\w*|anımsat(?:tı|arak)\w*", RETROSPECTIVE, Scope.LEFT),
        Cue(
            r"hatırlanacağı (?:gibi|üzere)|hatırlatmak gerekirse|bilindiği (?:gibi|üzere)",
            RETROSPECTIVE,
            Scope.SENTENCE,
        ),
        Cue(r"(?:ihtimali?|olasılığı?)\w* (?:dışla(?:mı|ma)|göz ardı etm)\w+|dışlamıyor\w*", CONSIDERED, Scope.LEFT),
        Cue(
            r"yalanla\w+|redde(?:t|d)\w+|inkar et\w+|(?:niyetinde|düşüncesinde|gündemde|gündeminde|"
            r"söz konusu) değil\w*|"
            r"(?:planı|niyeti|planları) (?:yok|bulunmuyor|olmadığı)\w*|planlamıyor\w*|düşünmüyor\w*|öngörülmüyor|"
            r"beklenmiyor|vazgeç\w+|"
            r"asılsız\w*",
            DENIED,
            Scope.LEFT,
        ),
        Cue(r"\w*[ae]?(?:ama|eme)(?:z|yacak|yecek|dı|di|yız)\w*", DENIED, Scope.BEFORE, back=2),
        Cue(r"değil\w*|yok(?:tu|tur)?|olmaksızın|olmadan|yerine", DENIED, Scope.BEFORE, back=4),
        Cue(r"hiçbir|hiç kimse|hiç|ne de|kimse", DENIED, reach=3),
        Cue(
            r"\w{2,}(?:m[ae]d[ıi](?:lar|ler|ğ\w+|k\w*)?|m[ae]y(?:aca|ece)\w+|m[ıiuü]yor\w*|m[ae]m[ıi]ş\w*|"
            r"m[ae]z(?:lar|ler)?|"
            r"m[ae]m[ae](?:s[ıi]|k|y)\w*)",
            DENIED,
            Scope.BEFORE,
            back=3,
        ),
        Cue(
            r"eğer|şayet|h[aâ]linde|takdirde|durumunda|koşuluyla|şartıyla",
            CONDITIONAL,
            Scope.IF,
        ),
        Cue(r"\w{2,}(?:[aeıiuü]rs[ae]|m[ae]zs[ae])\w*", CONDITIONAL, Scope.IF, mood=True),
        Cue(
            r"güya|sözde|(?:iddiaya|iddialara|söylentilere) göre|doğrulanmamış \w+|kaynak\w* göre|"
            r"kaynak\w* (?:[\w']+ ){0,8}(?:söyle|belirt|aktar|bildir|açıkla|iddia|ifade)\w*|isimsiz kaynak\w*|"
            r"kaynak\w* dayan\w+",
            REPORTED,
            Scope.SENTENCE,
        ),
        Cue(
            r"iddia (?:ed|et)\w+|öne sür\w+|ileri sür\w+|söyleniyor|belirtiliyor|bildiriliyor|konuşuluyor|"
            r"iddia(?:sı|ları)",
            REPORTED,
            Scope.LEFT,
        ),
        Cue(r"belki(?: de)?|muhtemelen|olasılıkla", CONSIDERED, Scope.CLAUSE),
        Cue(
            r"\w{2,}[ae]biliyor\w*|mümkün\w*|muhtemel\w*|olası\w*|ihtimali?\w*|"
            r"gerek(?:iyor|ir|li|tiğ)\w*|"
            r"\w{2,}m[ae]l[ıi](?:dır|dir|lar|ler)?",
            CONSIDERED,
            Scope.BEFORE,
            back=4,
        ),
        # Who can is not said to have done so, but for who could ("-abildi") and who is able now ("-abiliyor").
        Cue(r"\w{2,}[ae]bil(?:ir|ecek|eceğ|me)\w*", CONSIDERED, Scope.BEFORE, back=4, mood=True),
        # "We close it": the aorist of the first person threatens or promises.
        Cue(r"\w{2,}[aeıiuü]r[ıiuü]z", CONSIDERED, Scope.BEFORE, back=3, mood=True),
        Cue(
            r"düşünüyor\w*|düşünül\w+|değerlendiri(?:yor|liyor|lecek)\w*|değerlendirmey\w+|tartış\w+|planla(?:dı|"
            r"nıyor|yor)\w*|planlıyor\w*|"
            r"ist[ie]yor\w*|iste(?:di|yen|mek|ğ)\w*|bekleniyor\w*|bekliyor\w*|umu(?:yor|t)\w*|hazırlan\w+|"
            r"hazır\w* (?:olduğu|bulun)\w*|hazır(?:ız|dır|lar)?|"
            r"talep e[td]\w+|çağrı\w*|öneri\w*|önerdi\w*|teklif e[td]\w+|tehdit\w*|hedefl\w+|niyet\w+|"
            r"masaya yatır\w+|üzere|çalışıyor\w*",
            CONSIDERED,
            Scope.LEFT,
        ),
        Cue(r"\w{2,}m[ae](?:k|s[ıi]|l[ae]r[ıi]) için", CONSIDERED, Scope.BEFORE),
        Cue(r"\w{2,}(?:aca[kğ]|ece[kğ])\w*", Assertion.ASSERTED, Scope.BEFORE, back=2, future=True),
        Cue(
            r"daha önce(?:ki|den|leri)?|daha evvel|evvelce|(?:geçen|geçtiğimiz|önceki) (?:yıl|ay|sene)\w*|(?:yıl|ay|"
            r"hafta) önce|geçmişte",
            RETROSPECTIVE,
            Scope.CLAUSE,
            reach=5,
            back=1,
        ),
        Cue(r"\w{2,}(?:m[ıiuü]şt[ıiuü](?!r)|[dt][ıiuü]yd[ıiuü])\w*", RETROSPECTIVE, Scope.BEFORE),
    ),
    barrier=(
        r"[;:()—–]|\s-\s|\b(?:ama|ancak|fakat|lakin|oysa|çünkü|ki|sonra|ardından|göre)\b|"
        r"(?:(?<=[dt][ıiuü])|(?<=yor)|(?<=[ıiuü]r)|(?<=cak)|(?<=cek)|(?<=m[ıiuü]ş)|(?<=s[ae])),"
    ),
    complement=r"ki",
    past=r"\w{2,}(?:[dt][ıiuü]|m[ıiuü]ş)(?:[dt][ıiuü]r|lar|ler)?$",
    verb_last=True,
    dotless=True,
)
