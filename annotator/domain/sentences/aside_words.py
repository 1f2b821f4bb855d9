"""Words of lines that are no claim, in all languages that have some, in small letters; a phrase is between bars."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for part in text.split("|") if (phrase := " ".join(part.split())))


BY_IN_ENGLISH = _words("by written-by reported-by reporting-by words-by story-by text-by")
BY = BY_IN_ENGLISH | _words("von par por di door av przez بقلم")
"""Stand before the names of who wrote a story."""
BY_WITH_COLON = _words("author autor autorin auteur autora автор كتب كتبت إعداد تحرير")
BETWEEN_NAMES = _words(
    """
    and & et und y e en och i of de da del della der den van von la le el al bin ibn ben in for the | / - – — • ; à con
    mit avec staff writer writers reporter reporters correspondent correspondents editor editors agencies agency
    contributor contributors special to news political senior chief bureau foreign business sports with redaktion by
    editing reporting writing additional compiled
    """
)
AGENCIES = _words(
    "reuters ap afp dpa upi efe ansa tass pa bbc cnn apa sda belga anp wam sana xinhua kyodo associated-press"
)
ARTICLES = _words("the a an this that these those our my your his her their its all one no any some")
"""Begin a sentence or a phrase, but no name."""

CAPTIONS = _phrases(
    """
    photo | photos | file photo | file photos | handout photo | stock photo | image | images | file image | picture
    | pictures | pictured | pictured above | pictured below | video | videos | photograph | photographs | photo credit
    | photo credits | image credit | picture credit | photo by | image by | photo courtesy | photo courtesy of
    | image courtesy of | photograph by | illustration | caption
    | foto | bild | grafik | bildunterschrift | symbolbild | archivbild | titelbild
    | photo d'archives | photo d’archives | crédit photo | crédits photo | légende | vidéo
    | imagen | fotografía | vídeo | pie de foto | imagem | beeld | zdjęcie | fot. | fotoğraf | фото | видео
    | صورة | الصورة | تصوير | فيديو
    """
)
"""Stand before a colon and what a picture shows, or who took it."""
PICTURES_BY = _phrases(
    "photo by | photos by | image by | images by | picture by | video by | photograph by | photographs by"
    "| photo courtesy of | image courtesy of | video courtesy of"
)
PICTURE_AGENCIES = _words("ap afp epa reuters getty pa shutterstock alamy istock dpa efe handout file")

LINKS_WITH_COLON = _phrases(
    """
    read | read also | also read | read more | read next | see also | see more | related | related stories
    | related story | related article | related articles | related news | related topics | related content
    | related coverage | related links | more on this | more on this story | more stories | more news | recommended
    | watch | listen | go deeper | further reading | don't miss | don’t miss | in pictures
    | zum thema | mehr | mehr dazu | más información | lea más | en relación | sur le même sujet | à voir
    | للمزيد | المزيد
    """
)
LINKS_ALONE = _phrases(
    """
    read also | also read | read more | read more here | read next | see also | see more | related stories
    | related articles | related news | related topics | related content | most read | more on this story
    | continue reading | you might also like | you may also like | recommended for you | editor's picks
    | editor’s picks | editors' picks | further reading | sign up | sign up now | sign up here | subscribe
    | subscribe now | subscribe here | subscribe today | click here | click below | support our journalism | log in
    | weiterlesen | mehr lesen | newsletter abonnieren | jetzt abonnieren | lire la suite | leer más | اقرأ المزيد
    """
)
LINKS_LEADING = _phrases(
    """
    click here to | click here for | follow us on | like us on | join our newsletter | join our channel
    | subscribe to our | subscribe to the | subscribe for | sign up for our | sign up to our | sign up here for
    | sign up here to | sign up now for | download our app | download the app | download our free app
    | get our newsletter | get our free newsletter | read more about | read more on
    | lesen sie auch | lesen sie mehr | lesen sie hier | mehr zum thema | siehe auch | hier klicken | auch interessant
    | à lire aussi | à lire également | a lire aussi | a lire également | lire aussi | lire également | voir aussi
    | abonnez-vous | cliquez ici | inscrivez-vous à
    | lea también | lee también | leer también | ver también | vea también | te puede interesar | le puede interesar
    | suscríbete | suscríbase | haz clic | haga clic
    | leggi anche | leia também | lees ook | czytaj też | czytaj także | czytaj więcej | läs också | läs mer
    | читайте также | читайте також
    | اقرأ أيضا | إقرأ أيضا | اقرأ المزيد | شاهد أيضا | اشترك في | اشتركوا في | اضغط هنا | مواضيع ذات صلة
    | مقالات ذات صلة | أخبار ذات صلة
    """
)
FURNITURE = frozenset(
    _phrases(
        """
    advertisement | advertisements | advertising | ad | sponsored | sponsored content | promoted | paid content | share
    | share this | share this article | share this story | share on facebook | share on twitter | comment | comments
    | leave a comment | no comments | print | email | e-mail | tweet | ends | end | the end | 30 | more to come
    | more follows | loading | back to top | top | close | menu | search | home | skip to content
    | skip to main content | privacy policy | terms of use | terms and conditions | contact us | about us | sign in
    | register | topics | tags | story continues below | story continues below advertisement
    | article continues below | breaking | breaking news | news | world | world news | politics | business | sport
    | sports | opinion | culture | entertainment | local | local news | national | international | health | science
    | technology | weather | exclusive | analysis | live | video | photos | gallery
    | anzeige | werbung | teilen | kommentar | kommentare | drucken | nach oben | startseite | politik | wirtschaft
    | kultur | panorama | feuilleton | publicité | partager | commentaires | imprimer | accueil | politique | économie
    | société | publicidad | compartir | comentarios | imprimir | inicio | política | economía | sociedad | deportes
    | إعلان | إعلانات | شارك | مشاركة | تعليقات | الرئيسية | سياسة | اقتصاد | رياضة
    """
    )
)
"""What a page puts around a story, and the names of its sections."""
RIGHTS_RESERVED = _phrases(
    """
    all rights reserved | alle rechte vorbehalten | tous droits réservés | todos los derechos reservados
    | جميع الحقوق محفوظة
    """
)
DATE_WORDS = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli
    oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet août
    septembre octobre novembre décembre lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril
    mayo junio julio agosto septiembre octubre noviembre diciembre
    الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر
    أكتوبر نوفمبر ديسمبر
    """
)
DATE_COMPANY = _words(
    """
    published updated posted modified last first on at am pm a.m p.m est edt et gmt utc bst cet cest the of and noon
    midnight min read minutes veröffentlicht aktualisiert stand um uhr den vom publié mis à jour le publicado
    actualizado el de del las a los h نشر تحديث آخر في الساعة بتاريخ يوم | - – — · • /
    """
)
"""Stand beside a date in a line that says when a story was published."""
