"""Function words: they tell languages apart and carry nothing in a signature."""

from __future__ import annotations

from monitor.core.language.folding import fold

_WORDS = {
    "en": """a an the and or but if of to in on at by for with from as into after before over under than then that this
        these those it its he she they them his her their we our you your i me is are was were be been being has have
        had do does did not no will would can could may might must should also said says about who which what when
        where there here more most other some any all both while during between against up out so such only""",
    "ru": """и в во на с со к ко о об от до по за из у не ни но а же ли бы то что как так это этот эта эти этого этой
        он она они его ее их им ей ему я мы вы нас вас который которая которые которых где когда если при для без под
        над между через после перед был была были было быть есть будет также уже еще только или чтобы все всех того
        тем том свой свои своей своего сообщил сообщила заявил заявила""",
    "uk": """і й та в у на з із зі до від по за не ні але а ж чи би б то що як так це цей ця ці цього цієї він вона вони
        його її їх їм йому я ми ви нас вас який яка які яких де коли якщо при для без під над між через після перед
        був була були було бути є буде також вже ще лише тільки або щоб все всі всіх того тим тому свій свої своєї
        про повідомив повідомила заявив заявила""",
    "az": """və bu o da də ki ilə üçün isə həm bir bütün hər heç nə kim onun onlar onların bunu buna bunun olan olaraq
        edən edib edilib olub olmuş idi etdi oldu var yox daha çox ən kimi qədər sonra əvvəl görə qarşı arasında
        haqqında barədə bildirib deyib qeyd həmin artıq lakin amma ancaq və ya yalnız öz""",
    "tr": """ve bu o da de ki ile için ise hem bir bütün her hiç ne kim onun onlar onların bunu buna bunun olan olarak
        eden etti oldu idi var yok daha çok en gibi kadar sonra önce göre karşı arasında hakkında dedi söyledi
        belirtti aynı artık ancak ama fakat veya sadece kendi ya mi mı şu değil""",
    "hy": """և եւ ու է են էր էին որ այս այդ այն նա նրա նրանք նրանց մեր ձեր իր իրենց մեջ մասին համար հետ վրա ըստ նաև
        բայց կամ թե չի չեն պետք կա արդեն միայն եմ ենք որը որի որոնք երբ եթե հետո առաջ դեմ""",
    "ka": """და არის იყო რომ ეს ის იმ ამ რომელიც რომლის როგორც თუ მაგრამ ან არ ვერ უნდა მისი მათი მან მას ასევე შესახებ
        შორის მიერ შემდეგ წინ უკვე მხოლოდ ყველა რა ვინ სად როდესაც როცა იქნება აქვს""",
    "ro": """și în la de pe cu din pentru prin după înainte sub peste între un o unei unui ai al ale cel cea cei cele
        care că ce este sunt a fost au era erau fi va vor nu dar sau ori dacă mai foarte lui ei lor său sa sale acest
        această acești aceste acel acea el ea ei ele se s-a ca până fără despre doar""",
}
_SETS = {lang: frozenset(fold(word, lang) for word in words.split()) for lang, words in _WORDS.items()}


def stopwords(lang: str) -> frozenset[str]:
    """Function words of `lang`, folded; empty for a language that is not one of ours."""
    return _SETS.get(lang, frozenset())
