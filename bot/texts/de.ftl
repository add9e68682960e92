### German. How such a file is made: see en.ftl.

-media = ein Foto, ein Video oder ein Album
-not-understood = Das habe ich nicht verstanden.
-times = <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>24.12. 18:00</code> oder <code>in 2 Stunden</code>
-finish-first = Für einen anderen mach diesen erst fertig, oder verwirf ihn mit /cancel.
-admin-told = Der Admin weiß Bescheid.
-set-clock = zum Beispiel mit <code>timedatectl set-ntp true</code>

## Getting in, help and everything outside of a post

stranger = Hallo! Dieser Bot ist privat. Deine Telegram-ID ist <code>{ $id }</code>. Schick sie der Person, die diesen Bot betreibt, und bitte darum, dich freizuschalten.
stranger_tap = Dieser Bot ist privat.
start_viewer = Hallo { $name }! Hier siehst du, was für Instagram ({ $account }) geplant ist: /list. /help erklärt den Rest.
start_publishes = Ich veröffentliche deine Fotos und Videos auf Instagram ({ $account }), genau in der Minute, die du aussuchst.
start_hands_over = Für { $account } schicke ich dir zur geplanten Zeit die fertigen Dateien und den Text, und du postest selbst.
start =
    Hallo { $name }! { $done }

    Schick mir ein <b>Foto</b>, ein <b>Video</b> oder ein <b>Album</b>, und es geht los.
    /list zeigt, was geplant ist, /help erklärt den Rest.
help =
    <b>Neuer Post</b>: Schick { -media } und tipp auf der Karte auf eine Zeit. Alles andere kannst du dort ändern: mit einem Knopf, oder du schreibst einfach einen Text, #hashtags oder eine Zeit. Antworte auf eine Karte, um zu sagen, welchen Post du meinst; mit einem neuen Foto ersetzt du seine Medien. Bearbeite deine eigene Nachricht, und der Text zieht nach. Dein Text erscheint genau so, wie du ihn schreibst. Als <i>Datei</i> geschickt, behält ein Bild seine volle Qualität.

    Wenn du lieber Frage für Frage vorgehst: <i>Mehr …</i>, dann <i>Immer Schritt für Schritt fragen</i>.

    <b>Zeiten</b>, die du schreiben kannst: <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>fr 18:30</code>, <code>24.12. 18:00</code>, <code>Heiligabend 18 Uhr</code>, <code>heute Abend</code>, <code>in 2 Stunden</code>, <code>30 min</code>, <code>jetzt</code>. Wenn etwas Verschiedenes heißen kann, frage ich nach. Deine Zeitzone ist { $zone }; /timezone ändert sie.

    <b>Geplante Posts</b>: Nimm die Knöpfe unter einem Post, oder antworte auf ihn: Eine Zeit verschiebt ihn, ein Text wird sein Text, neue Medien ersetzen die alten, <code>löschen</code> löscht ihn.
help_viewer =
    Du siehst, was für deine Konten geplant ist, und kannst die Karte jedes Posts öffnen. Die Zeiten stehen in deiner Zeitzone, { $zone }; mit /timezone änderst du sie.

    Willst du selbst Posts planen, frag die Leitung dieses Bots nach einer anderen Rolle.
help_admin =
    { "" }

    Du gehörst zur <b>Leitung</b> dieses Bots: Du siehst und änderst die Posts von allen. Von jedem Fehlschlag erfährt der Admin-Chat.
help_list = /list – alles, was geplant ist
help_drafts = /drafts – deine angefangenen Posts
help_delete = /delete 12 – Post 12 und seine Medien löschen
help_cancel = /cancel – den Post verwerfen, an dem du gerade sitzt
help_timezone = /timezone Wien – deine Zeitzone: eine Stadt, ein Land oder UTC+1
help_slots = /slots – feste Zeiten in der Woche für neue Posts
help_help = /help – dieser Text
help_pause = /pause – eine Weile nichts veröffentlichen: <code>/pause bis Montag</code>, <code>/pause Konto</code>
help_accounts = /accounts – Konten hinzufügen, ansehen, einstellen
help_status = /status – wie es läuft: Konten, Publisher, was wartet, was nicht stimmt
help_resume = /resume – nach einer Pause wieder veröffentlichen
command_list = Was geplant ist
command_drafts = Deine angefangenen Posts
command_delete = Einen Post löschen: /delete 12
command_cancel = Den angefangenen Post verwerfen
command_timezone = Deine Zeitzone einstellen
command_slots = Feste Zeiten für deine Posts
command_team = Wer was darf
command_accounts = Die Konten, und wie es um sie steht
command_status = Wie es dem Bot und den Konten geht
command_pause = Eine Weile nichts veröffentlichen
command_resume = Nach einer Pause weitermachen
command_help = Wie das hier geht
nothing_to_cancel = Gerade gibt es nichts abzubrechen. Schick { -media }, und es geht los; /drafts zeigt, was du angefangen hast, /delete löscht geplante Posts.
send_media = Schick mir { -media }, und es geht los. /help erklärt den Rest.
which_post = Welchen Post meinst du? Antworte auf seine Karte mit einer Zeit, einem neuen Text oder „löschen“, oder nimm ihre Knöpfe: /list zeigt, was geplant ist, /drafts, was du angefangen hast. Einen Tippfehler verbesserst du in deiner eigenen Nachricht: Bearbeite sie, und der Text folgt. Für einen neuen Post schick { -media }.
greeted = Ich bin da. Schick mir { -media } für einen neuen Post. /list zeigt, was geplant ist, /help erklärt den Rest.
small_talk = Gern geschehen! Schick mir { -media } für den nächsten Post.
which_to_move = Welchen Post meinst du?
move_post_to = Post { $id } auf { $time }
which_is_meant = „{ $said }“: Ist das für Post { $id } oder für den Entwurf, der noch offen ist?
is_for_post = Ist „{ $said }“ für Post { $id }? Für einen anderen antworte auf seine Karte: /list zeigt, was geplant ist, /drafts, was du angefangen hast. Für einen neuen Post schick { -media }.
for_post = Für Post { $id }
for_draft = Für Entwurf „{ $said }“
for_open_draft = Für den Entwurf
hint_edit = ✏️ Vertippt? Bearbeite einfach deine Nachricht: Der Text auf der Karte folgt ihr.
language_is = Ich spreche die Sprache deiner Telegram-App, wenn das Deutsch oder Englisch ist. Ändern kannst du sie dort: Einstellungen, Sprache.
unknown_command = Diesen Befehl kenne ich nicht. /help zeigt, welche ich kenne.
unknown_command_like = Diesen Befehl kenne ich nicht. Meinst du { $commands }?
needs_no_command = Für einen neuen Post schick einfach { -media }: Dafür brauchst du keinen Befehl.
unsupported = Das kann ich nicht auf Instagram veröffentlichen ({ $kind }). Schick { -media }, direkt oder als Datei.
unsupported_sound = Das kann ich nicht auf Instagram veröffentlichen ({ $kind }): Ein Post braucht ein Bild. Mach ein Video mit diesem Ton, und schick mir das.
unsupported_story = Storys gibt Telegram nicht an Bots weiter; ich sehe nur, dass da eine ist. Speichere sie auf deinem Handy und schick sie mir als Foto, Video oder Datei.
unsupported_paid_media = Kostenpflichtige Medien gibt Telegram nicht an Bots weiter. Schick sie mir ohne Preis, als Foto, Video oder Datei.
kind_audio = Musik
kind_contact = Kontakt
kind_dice = Würfel
kind_game = Spiel
kind_location = Standort
kind_poll = Umfrage
kind_sticker = Sticker
kind_venue = Ort
kind_video_note = Videonachricht
kind_voice = Sprachnachricht
kind_checklist = Checkliste
kind_giveaway = Verlosung
kind_giveaway_winners = Gewinner einer Verlosung
kind_invoice = Rechnung
kind_paid_media = kostenpflichtige Medien
kind_passport_data = Passdaten
kind_story = Story
kind_successful_payment = Zahlung
kind_unknown = etwas, das ich nicht kenne
edited = Diese Änderung hat nichts bewirkt. Um den Text eines Posts zu ändern, antworte mit dem neuen auf seine Karte: /list zeigt sie. Wenn ich dich Schritt für Schritt frage, kommst du mit ‹ Zurück zu den früheren Fragen.
edited_which = Der Entwurf hat inzwischen einen anderen Text. <b>Stattdessen diesen nehmen?</b>
edited_which_of_post = Post { $id } hat inzwischen einen anderen Text. Stattdessen diesen nehmen?
edited_discarded = Das gehörte zu einem Entwurf, den du verworfen hast; geändert hat sich nichts. Schick das Foto noch einmal, um neu anzufangen.
edited_rest = Diese Nachricht ist nur der Rest eines längeren Textes, darum hat sich nichts geändert. Schick den ganzen Text bitte noch einmal.
went_wrong = Bei mir ist etwas schiefgegangen. { -admin-told } Von deinen Eingaben ist nichts verloren; versuch es bitte noch einmal.

## The time zone

timezone_is = Deine Zeitzone ist <b>{ $zone }</b>, dort ist es { $time }. Um sie zu ändern, tipp auf eine Stadt, oder schreib deine, zum Beispiel <code>/timezone Wien</code>.
timezone_chosen = Ab jetzt ist deine Zeitzone <b>{ $zone }</b>, dort ist es { $time }. Bereits geplante Posts behalten ihren Zeitpunkt.
timezone_unknown = Ich kenne keine Zeitzone „{ $zone }“. Schreib eine große Stadt in deiner Nähe, dein Land oder den Abstand zu UTC: <code>/timezone Wien</code>, <code>/timezone Österreich</code>, <code>/timezone UTC+1</code>.
timezone_did_you_mean = Meinst du eine davon?
timezone_several = Mit „{ $zone }“ können mehrere gemeint sein. Welche?
timezone_offers = Europe/Berlin, Europe/Vienna, Europe/Zurich, Europe/London, Europe/Athens, America/New_York
timezone_hint = 🌍 Deine Zeiten verstehe ich in { $zone }; dort ist es gerade { $time }. Wenn deine Uhr etwas anderes zeigt, tipp auf /timezone. (Das sage ich nur dieses eine Mal.)
timezone_is_fixed = Diese Zone hat keine Sommerzeit. Wenn deine eine hat, nenn lieber eine Stadt, etwa <code>/timezone Berlin</code>.

## Weekly slots

slots_title = <b>Wöchentliche Slots</b>{ $of_account } ({ $zone })
slots_by_default = Noch hat niemand welche festgelegt, deshalb gelten diese:
slots_none = Keine: Ich schlage keinen nächsten freien Slot vor.
slots_use = Für jeden neuen Post schlage ich den nächsten freien vor.
slots_hint = Zum Ändern tipp auf einen Knopf oder schreib zum Beispiel <code>/slots { $account }mo-fr 9:00 18:00, sa 11</code>.
slots_choose_day = <b>Welcher Tag?</b>
slots_of_day = <b>{ $day }</b>: { $hours }
slots_no_hours = keine Slots
slots_which_account = <b>Slots für welches Konto?</b>
slots_which_account_typed = <b>Für welches Konto?</b> <blockquote>{ $typed }</blockquote>
slots_every_day = Täglich
slots_preset_daily = Täglich 18:00
slots_preset_work = Mo–Fr 9:00, 18:00
slots_by_day = Tag für Tag …
slots_clear = Keine Slots
slots_add = { $time } dazu
slots_remove = { $time } weg
slots_same_every_day = Jeden Tag so
slots_back = ‹ Die Woche
slots_replaced = Vorher: <blockquote>{ $week }</blockquote>
slots_old_week = Alte Woche
slots_accounts = ‹ Konten
-slots-example = zum Beispiel <code>/slots mo-fr 9:00 18:00, sa 11</code>
slots_not_understood = Das habe ich nicht verstanden. Schreib Tage und dahinter ihre Uhrzeiten, { -slots-example }, oder <code>/slots keine</code>.
slots_unknown_words = „{ $words }“ habe ich nicht verstanden. Schreib Tage und dahinter ihre Uhrzeiten, { -slots-example }.
slots_without_hours = Um wie viel Uhr? Schreib die Uhrzeiten hinter die Tage, { -slots-example }.
slots_days_first = Schreib die Tage vor ihre Uhrzeiten, { -slots-example }.
slots_no_such_time = „{ $time }“ gibt es nicht: Ein Tag geht von 0:00 bis 23:59. Schreib { -slots-example }.
slots_too_many = Das ist viel für { $day }: Ich nehme höchstens { $limit } Slots am Tag.
slots_too_close = Zwischen { $first } und { $second } liegen weniger als zehn Minuten, so würde immer nur einer davon genutzt. Lass bitte einen weg.

## Accounts

accounts_head = <b>Konten</b> ({ $count })
account_way_instagram = Instagram
account_way_by_hand = von Hand
account_works = ✅ läuft
account_not_yet = ▫️ noch nicht angemeldet
account_by_people = ✅ bereit
account_session_ends = 🔑 Seine Sitzung endet spätestens am { $until }. „Zugang erneuern“ nimmt jederzeit eine neue.
account_needs_login = 🔑 braucht eine Anmeldung
account_awaits_code = 🔐 wartet auf einen Code
account_paused = ⏸ pausiert
account_paused_until = ⏸ pausiert bis { $time }
account_today = { $count ->
        [one] { $count } Post in den letzten 24 Stunden
       *[other] { $count } Posts in den letzten 24 Stunden
    }
account_today_of = { $count } von höchstens { $cap } Posts in den letzten 24 Stunden
account_next = nächster Post: { $time }
account_next_none = nichts geplant
account_last_error = Zuletzt hakte es: { $reason }
account_remedy = Tipp auf seiner Karte in /accounts auf „Zugang erneuern“.
account_remedy_login = Öffne die Instagram-App und bestätige, dass du es warst. Hat sich das Passwort geändert, tipp auf der Karte des Kontos in /accounts auf „Zugang erneuern“.
account_remedy_here = Tipp unten auf „Zugang erneuern“.
account_remedy_login_here = Öffne die Instagram-App und bestätige, dass du es warst. Hat sich das Passwort geändert, tipp unten auf „Zugang erneuern“.
account_remedy_proxy_here = Wenn der Name falsch ist, entfern das Konto und füg es neu hinzu; sonst gib ihm unter „Einstellungen“ einen Proxy.
account_remedy_code = Ich habe im Admin-Chat danach gefragt: Antworte dort mit dem Code.
account_remedy_proxy = Wenn der Name falsch ist, entfern das Konto in /accounts und füg es neu hinzu; sonst gib ihm dort einen Proxy.
account_is_from_settings = Dieses Konto steht in den Einstellungen (.env). Dort änderst du Namen und Passwort, und dort entfernst du es. Alles unter <i>Einstellungen</i> kannst du auch hier ändern.
account_check_fine = 🔍 { $time }: Die Anmeldung funktioniert.
account_check_kept = 🔍 { $time }: Die Sitzung funktioniert. Was du am Zugang geändert hast, gilt, sobald sie endet.
account_check_failed = 🔍 { $time }: Es geht nicht. { $reason }
account_check_same = 🔍 { $time }: Geprüft, es geht nicht.
account_check_awaits = 🔍 { $time }: Geprüft. Die Anmeldung wartet noch auf den Code.
account_is_checked = 🔍 Ich prüfe die Anmeldung …
account_logs_in = 🔑 Ich melde mich an … Das Ergebnis steht gleich hier.
account_added_by_hand = ✅ <b>{ $account }</b> ist eingerichtet. Wenn ein Post fällig ist, bekommt Dateien und Text zum Posten, wer ihn geplant hat.
account_ask_kind =
    <b>Ein Konto hinzufügen.</b> Wie sollen seine Posts veröffentlicht werden?

    <b>Von Hand</b>: Wenn ein Post fällig ist, schicke ich dir alles, und du postest. Ganz ohne Passwort.
    <b>Mit seinem Passwort</b>: Ich melde mich bei Instagram an und veröffentliche.
    <b>Mit der Sitzung eines Browsers</b>: Ich nutze die Anmeldung deines Browsers statt des Passworts. Wenn sie endet, gibst du mir eine neue.
account_ask_name_hand = <b>Wie heißt das Konto?</b> Irgendein Name, an dem du es erkennst.
account_ask_name_password = <b>Wie heißt das Konto auf Instagram?</b> Der Name mit dem @.
account_ask_name_session = <b>Wie heißt das Konto auf Instagram?</b> Der Name mit dem @.
account_ask_password = <b>Wie lautet das Passwort von { $account }?</b> Schreib es hierher.
account_ask_seed = <b>Nutzt { $account } eine Authenticator-App?</b> Dann schreib den Schlüssel, den Instagram beim Einrichten gezeigt hat, und ich gebe die Codes selbst ein.
account_ask_session = <b>Wie lautet die Sitzung von { $account }?</b> Öffne an einem Computer, an dem du bei instagram.com angemeldet bist, die Entwicklerwerkzeuge des Browsers, dann Web-Speicher (oder Anwendung), Cookies, instagram.com. Kopier den Wert von <code>sessionid</code> und schick ihn mir.
account_ask_zone = <b>In welcher Zeitzone lebt { $account }?</b> Schreib eine Stadt, ein Land oder UTC+1. Zeiten für seine Posts und Slots gelten dann in dieser Zone, egal, wer sie schreibt.
account_ask_cap = <b>Wie viele Posts in 24 Stunden</b> sind für { $account } höchstens erlaubt? Tipp oder schreib eine Zahl. Was darüber ist, muss warten.
account_ask_gap = <b>Wie viel Zeit liegt zwischen zwei Posts</b> von { $account } mindestens? Tipp oder schreib Minuten.
account_ask_proxy = <b>Welchen Proxy soll { $account } nutzen?</b> Schreib ihn wie <code>http://name:passwort@host:port</code>. Ich probiere ihn einmal aus, bevor ich ihn behalte.
account_is_deleted_at_once = Ich lösche deine Nachricht, sobald sie ankommt. Was geheim ist, bewahre ich nur verschlüsselt auf.
account_page_is_safer = Noch sicherer: Der Knopf öffnet eine Seite von mir, dann geht das Passwort gar nicht erst durch den Chat. Sie gilt einmal und 15 Minuten lang.
account_reply_here = Antworte auf diese Nachricht. Alle hier können lesen, was du schreibst, bis ich es gelöscht habe: Für Passwörter ist ein Chat nur mit mir besser.
account_too_late = Das kam zu spät: Ich habe nicht mehr darauf gewartet und nichts davon behalten. Mit /accounts geht es von vorn los.
account_delete_yourself = ⚠️ Ich darf hier keine Nachrichten löschen. Bitte lösch deine jetzt selbst, vielleicht steht ein Passwort darin.
account_given_up = Ich frage nicht weiter und habe nichts behalten. Weiter geht es mit /accounts.
account_name_unfit = Ein Name hat 1 bis { $limit } Zeichen, in einer Zeile.
account_name_not_on_instagram = So kann auf Instagram niemand heißen: Erlaubt sind Buchstaben, Ziffern, Punkte und Unterstriche, höchstens 30. Falls es das Passwort war: Ich habe es gelöscht. Erst bitte den Namen.
account_name_taken = Ein Konto namens <b>{ $account }</b> gibt es schon. Du findest es in /accounts; oder schreib einen anderen Namen.
account_password_empty = Das ist leer. Bitte schreib das Passwort.
account_seed_unfit = Das kann der Schlüssel nicht sein: Er besteht aus den Buchstaben A bis Z und den Ziffern 2 bis 7, meist 16 oder 32 davon. Ein Code aus sechs Ziffern ist etwas anderes.
account_session_unfit = Das kann keine <code>sessionid</code> sein: Sie beginnt mit einer Zahl, dann kommt <code>%3A</code> oder ein Doppelpunkt. Kopier den ganzen Wert.
account_cap_unfit = Bitte schreib eine ganze Zahl von 1 bis { $limit }.
account_gap_unfit = Bitte schreib Minuten oder Stunden, etwa <code>30</code>, <code>45 min</code> oder <code>2 h</code>, höchstens einen Tag.
account_proxy_unfit = Das kann kein Proxy sein. Er sieht aus wie <code>http://name:passwort@host:port</code> (oder https, socks5), mit Port und ohne etwas dahinter. Schreib / ? # in einem Passwort als %2F %3F %23.
account_proxy_unreachable = Diesen Proxy erreiche ich nicht. Prüf Namen und Port; behalten habe ich nichts.
account_proxy_refuses = Der Proxy lehnt Namen oder Passwort ab. Behalten habe ich nichts.
account_proxy_blocks = Da antwortet etwas, lässt mich aber nicht zu Instagram durch. Behalten habe ich nichts.
account_zone_unknown = Eine Zeitzone namens „{ $zone }“ kenne ich nicht. Schreib eine große Stadt, ein Land oder den Abstand zu UTC.
account_zone_several = Mit „{ $zone }“ können mehrere Zonen gemeint sein. Tipp die richtige an:
account_settings_head = <b>Einstellungen von { $account }</b>
account_zone_is = 🌍 Zeitzone: { $zone }
account_zone_each = 🌍 Zeitzone: für jeden die eigene (deine: { $zone })
account_cap_is = 📈 In 24 Stunden: höchstens { $cap ->
        [one] ein Post
       *[other] { $cap } Posts
    }
account_cap_by_default = 📈 In 24 Stunden: höchstens { $cap } Posts (vorsichtige Voreinstellung)
account_cap_none = 📈 In 24 Stunden: beliebig viele Posts
account_gap_is = ↔️ Zwischen zwei Posts: mindestens { $gap }
account_gap_none = ↔️ Zwischen zwei Posts: kein Mindestabstand
account_gap_by_default = ↔️ Zwischen zwei Posts: mindestens { $gap } (vorsichtige Voreinstellung)
account_proxy_is = 🛰 Proxy: { $proxy }
account_proxy_none = 🛰 Proxy: keiner
account_approval_is = ✔️ Freigabe: { $needed ->
        [yes] was die Mitarbeit plant, geht erst raus, wenn es jemand freigegeben hat
       *[no] nicht nötig, alles geht raus wie geplant
    }
account_ask_remove = <b>{ $account } entfernen?</b> Danach wird dort nichts mehr veröffentlicht, und ich vergesse Passwort und Anmeldung. { $planned }
account_planned = { $count ->
        [0] Geplant ist dafür nichts.
        [one] Ein geplanter Post bleibt in /list, geht aber nicht raus, solange das Konto nicht wieder hinzugefügt wird. Wer ihn geplant hat, erfährt es.
       *[other] { $count } geplante Posts bleiben in /list, gehen aber nicht raus, solange das Konto nicht wieder hinzugefügt wird. Wer sie geplant hat, erfährt es.
    }
account_removed = 🗑 <b>{ $account }</b> ist entfernt. { $planned }
account_button_add = ➕ Konto hinzufügen
account_add_hand = Von Hand
account_add_password = Mit seinem Passwort
account_add_session = Mit der Sitzung eines Browsers
account_button_check = Prüfen
account_button_pause = Pausieren
account_button_resume = Fortsetzen
account_button_settings = Einstellungen
account_button_login = Zugang erneuern
account_button_remove = Entfernen
account_button_remove_for_sure = Ja, entfernen
account_button_back = ‹ Konten
account_button_card = ‹ Das Konto
account_button_page = Seite öffnen
account_button_zone = Zeitzone
account_button_slots = Slots
account_button_cap = Tageslimit
account_button_gap = Abstand
account_button_proxy = Proxy
account_button_approval = Freigabe verlangen
account_button_approval_off = Ohne Freigabe
account_button_seed_common = Kein Authenticator
account_button_zone_common = Für jeden die eigene
account_button_cap_common = Voreinstellung
account_button_gap_common = Voreinstellung
account_button_gap_none = Kein Mindestabstand
account_button_proxy_common = Kein Proxy
page_title = Das Passwort von { $account }
page_password = Passwort
page_seed = Schlüssel der Authenticator-App, falls es einen gibt
page_send = Speichern
page_done = Gespeichert. Du kannst diese Seite schließen; im Chat steht, ob die Anmeldung klappt.
page_gone = Dieser Link ist benutzt oder älter als 15 Minuten. Einen neuen bekommst du im Chat mit /accounts.

## Taking media in

ask_media = Schick mir das neue Foto, Video oder Album. Deine anderen Antworten bleiben, wie sie sind.
media_first = Zuerst brauche ich etwas zum Veröffentlichen: Schick { -media }. Oder /cancel.
joined = Kommt zu dem Post, an dem du gerade sitzt. { -finish-first }
joined_under_another_caption = Kommt zu dem Post, an dem du gerade sitzt; sein Text bleibt, wie er war. { -finish-first }
late_part = ⏳ Dieser Teil deines Albums kam zu spät: Der Rest ist schon <b>Post { $id }</b>, deshalb ist er erst mal ein eigener Post. Gehört er dazu, tipp unten, schick ihn noch einmal und verwirf diesen hier.
late_part_alone = ⏳ Dieser Teil deines Albums kam zu spät: Der Rest ist <b>Post { $id }</b>, der sich nicht mehr ändern lässt. Du kannst ihn als eigenen Post planen oder verwerfen.
button_add_to_post = Zu Post { $id } dazu
download_failed = Ich konnte diese Datei nicht von Telegram laden. Bitte schick sie gleich noch einmal.
storing_failed = Ich konnte diese Datei nicht speichern: Meine Festplatte nimmt gerade nichts an. { -admin-told } Bitte schick sie etwas später noch einmal.
downloading =
    ⬇️ Ich lade { $size } MB von Telegram.
    { $bar }
download_stopped = ⬇️ Angehalten. Ich habe nichts übernommen; was du bisher eingegeben hast, bleibt.
send_as_file = 💡 Telegram komprimiert Fotos. Für volle Qualität schick sie als <b>Datei</b>: Tipp auf die Büroklammer, wähl <i>Datei</i> und dann das Bild. (Das sage ich nur einmal.)
too_many_drafts = Du hast { $count } Posts angefangen, mehr hebe ich für eine Person nicht auf. Bitte plan oder verwirf erst ein paar: /drafts zeigt sie.
too_many_posts = Du hast { $count } Posts geplant, mehr hebe ich für eine Person nicht auf. Erst müssen ein paar raus sein, oder du löschst welche: /list zeigt sie.
quota_exceeded = Diese Datei hat { $size } MB, und deine Posts belegen schon { $held } der { $quota } MB, die einer Person zustehen. Lösch ein paar mit /list, oder warte: Einige Tage nach dem Veröffentlichen lösche ich die Medien eines Posts.
too_large_for_telegram = Diese Datei hat { $size } MB, und ich kann höchstens { $limit } MB von Telegram laden. Schick sie kleiner (kürzer oder nicht als Datei). Wer diesen Bot betreibt, kann auch einen eigenen Bot-API-Server einrichten, der die Grenze aufhebt.
caption_waits = Deinen Text behalte ich für das, was du stattdessen schickst.
too_many_items = Instagram erlaubt höchstens { $limit } Fotos und Videos in einem Post. Den Rest habe ich weggelassen.
of_items = Nummer { $items }:

## Why media can't be used

refused_empty = Diese Datei ist leer. Bitte schick sie noch einmal.
refused_unknown_format = Diese Datei kann ich nicht als Bild oder Video lesen: Es scheint { $format } zu sein. Schick ein Bild als JPEG, PNG, WEBP, HEIC oder AVIF oder ein Video als MP4, MOV oder GIF. Wenn du sie als Foto oder Video statt als Datei schickst, wandelt Telegram das meiste für dich um.
refused_no_media = Das kann ich nicht posten: Es scheint { $format } zu sein, und Instagram zeigt nur Bilder und Videos. { $kind ->
        [document] Schick mir ein Bildschirmfoto davon, oder speichere die Seiten als Bilder.
        [archive] Entpack es, und schick mir die Bilder oder Videos daraus.
        [playlist] Schick mir das Video selbst.
       *[sound] Mach mit einem Bild ein Video daraus, und schick mir das.
    }
looks_unknown = etwas, das ich nicht kenne,
looks_like_file = eine { $name }-Datei
looks_text = ein Text
looks_playlist = eine Wiedergabeliste
refused_truncated = Dieses Bild ist unvollständig oder beschädigt, ich kann es nicht ganz lesen. Bitte schick es noch einmal.
refused_too_many_pixels = Das hat { $megapixels } Megapixel, und ich nehme höchstens { $limit }. Schick es kleiner, oder als Foto statt als Datei.
refused_too_large = Das Video hat { $width } × { $height } Pixel, und ich nehme höchstens { $limit } auf jeder Seite. Schick es kleiner, oder als Video statt als Datei.
refused_too_small = Das hat { $width } × { $height } Pixel, und ich brauche mindestens { $limit } auf jeder Seite. { $sent ->
        [photo] Schick ein größeres Bild. Wenn deines größer ist, schick es als Datei, denn Telegram verkleinert Fotos.
       *[other] Schick eine größere Version.
    }
refused_animated = Bewegte Bilder dieser Art zeigt Instagram nicht. Schick ein GIF oder ein MP4.
refused_broken_video = Dieses Video ist unvollständig oder beschädigt, ich kann es nicht abspielen. Bitte schick es noch einmal.
refused_broken_gif = Dieses GIF ist unvollständig oder beschädigt, ich kann es nicht abspielen. Bitte schick es noch einmal.
refused_no_video_track = Diese Datei hat Ton, aber kein Bild. Schick ein Video mit Bild.
refused_unsupported_codec = Dieses Video ist als { $codec } kodiert, und Instagram braucht H.264 mit AAC. Schick es als Video statt als Datei, dann wandelt Telegram es um.
refused_protected = Dieses Video ist kopiergeschützt, ich kann es nicht abspielen. Schick mir eines ohne diesen Schutz.
refused_too_long = Dieses Video dauert { $seconds }, und Instagram erlaubt dort höchstens { $limit }. Bitte kürze es.
refused_too_short = Dieses Video dauert { $seconds }, und Instagram braucht mindestens { $limit }. Bitte schick ein längeres.
refused_too_heavy = Diese Datei macht mehr Arbeit, als ich in eine einzelne stecken kann (nach { $limit } habe ich abgebrochen). Schick sie kürzer oder kleiner, oder als Foto oder Video statt als Datei.
refused_too_much = Diese Datei braucht mehr Arbeit oder Speicher, als ich in eine einzelne stecken kann. Schick sie kleiner, oder als Foto oder Video statt als Datei.
refused_for_photo = Dafür braucht es genau ein Foto.
refused_for_video = Dafür braucht es genau ein Video.
refused_for_reel = Dafür braucht es ein Video oder { $least } bis { $most } Fotos.
refused_for_story = Dafür braucht es genau ein Foto oder Video.
refused_for_carousel = Dafür braucht es { $least } bis { $most } Fotos oder Videos.
refused_for_stories = Dafür braucht es { $least } bis { $most } Fotos oder Videos; jedes wird eine Story.

## The account, if there are several

ask_account = <b>Für welches Konto?</b>
account_not_understood = { -not-understood } Zur Wahl: { $accounts }.
account_gone = <b>{ $account }</b> ist hier nicht mehr eingerichtet. Tipp auf <i>Konto</i> und wähl ein anderes.
account_by_hand = { $name } (von Hand)

## The type

type_photo = Foto
type_video = Video
type_reel = Reel
type_story = Story
type_carousel = Karussell
type_stories = Storys nacheinander
count_photo = { $count ->
        [one] { $count } Foto
       *[other] { $count } Fotos
    }
count_video = { $count ->
        [one] { $count } Video
       *[other] { $count } Videos
    }
ask_type = Angekommen: { $media }. <b>Was soll daraus werden?</b>
video_or_reel = Ein Video behält seine Form und darf { $video } Minuten dauern; ein Reel füllt den ganzen Bildschirm und darf { $reel } dauern.
type_not_understood = { -not-understood } Wähl { $types }.
type_does_not_fit = Das geht nicht mit dem, was du geschickt hast. { $why }

## The shape, the part and the cover

ask_fit = <b>Die Form passt nicht.</b> So sähe es auf Instagram aus ({ $type }): zugeschnitten, oder ganz auf einem Hintergrund. Die Pfeile verschieben den Ausschnitt.
fit_not_understood = { -not-understood } Antworte <code>zuschneiden</code>, <code>unscharf</code>, <code>weiß</code> oder <code>schwarz</code>; <code>links</code>, <code>rechts</code>, <code>oben</code> und <code>unten</code> verschieben den Ausschnitt.
button_fit_crop = Zuschneiden
button_fit_blur = Unscharfer Hintergrund
button_fit_white = Weiß
button_fit_black = Schwarz
button_shift_left = ◀ Links
button_shift_right = Rechts ▶
button_shift_up = ▲ Hoch
button_shift_down = ▼ Runter
ask_trim = <b>Welchen Teil soll ich nehmen?</b> Instagram erlaubt hier { $limit } ({ $type }), aber dieses Video dauert { $length }. Tipp auf einen Knopf, oder schreib, wo es anfangen soll, von <code>0:00</code> bis <code>{ $latest }</code>.
trim_not_understood = { -not-understood } Antworte <code>Anfang</code> oder <code>Ende</code>, oder schreib, wo es anfangen soll, von <code>0:00</code> bis <code>{ $latest }</code>; von dort an nehme ich { $limit }.
trim_too_late = Von dort an bleibt weniger als { $limit }. Fang bei <code>{ $latest }</code> oder früher an, oder antworte <code>Ende</code>.
button_trim_first = Die ersten { $limit }
button_trim_last = Die letzten { $limit }
ask_cover = <b>Welches Titelbild?</b> Tipp oder schreib die Nummer eines Bildes (1 bis { $count }), lass mich wählen, oder schick ein eigenes Foto.
cover_not_understood = { -not-understood } Schreib eine Nummer von 1 bis { $count } oder <code>automatisch</code>, oder schick ein Foto.
cover_is_no_photo = Ein Titelbild muss ein Foto sein. Schick eines, oder tipp auf ein Bild des Videos.
cover_takes_one = Ein Titelbild ist ein einziges Foto. Weitere habe ich nicht verwendet, und auch nicht, was du dazu geschrieben hast.
button_cover_automatic = Wähl du
ask_order = <b>Welches soll woandershin?</b> Tipp oder schreib die Nummer. Was du jetzt schickst, kommt ans Ende.
ask_order_item = <b>{ $place } von { $count }</b>. Verschieb es, oder nimm es heraus. Was du jetzt schickst, kommt ans Ende.
order_not_understood = { -not-understood } Schreib eine Nummer von 1 bis { $count }, oder <code>3 nach 1</code>, um Nummer 3 nach vorn zu holen.
button_order_earlier = ◀ Weiter vor
button_order_later = Weiter zurück ▶
button_order_to_front = Ganz nach vorn
button_order_remove = Herausnehmen
button_order_other = Ein anderes
button_order_done = Fertig

## Several posts at one go

series_head = <b>{ $media }, { $count } Entwürfe</b>{ $of_account }. Wann sollen sie erscheinen?
series_line = { $id } · { $what }
series_asks = { $count ->
        [one] Zu einem davon brauche ich erst noch eine Antwort. Er bekommt eine eigene Karte.
       *[other] Zu { $count } davon brauche ich erst noch Antworten. Sie bekommen eigene Karten.
    }
series_waits = <b>Geplant</b>, sobald alle { $count } umgewandelt sind:
series_slots = Die nächsten freien Slots: { $days }
day_to_day = { $first } bis { $last }
series_daily = Gleiche Uhrzeit, die nächsten { $count } Tage
series_daily_at = Jeden Tag, ab { $time }
ask_series_hour = <b>Wann soll der erste der { $count } erscheinen?</b> Die anderen folgen an den nächsten Tagen, zur gleichen Uhrzeit. Tipp auf eine Zeit, oder schreib eine.
series_without_times = So viele freie Slots gibt es nicht. Wähl stattdessen eine Uhrzeit, oder geh sie einzeln durch.
series_one_by_one = Diese Karte steht für { $count } Posts. Um Art oder Hashtags zu wählen, geh sie einzeln durch.
series_no_caption = Einen Text übernehmen kann ich nur, wenn genau einer von ihnen einen hat.
button_one_by_one = Einzeln durchgehen
button_as_one = Als ein Karussell
button_same_caption = Dieser Text für alle
button_separate = Als einzelne Posts

## The caption

ask_caption = <b>Welcher Text?</b> Bis zu { $limit } Zeichen. Er erscheint genau so, wie du ihn schreibst, samt Hashtags.
caption_offered =
    Oder nimm diesen. Um ihn zu ändern, tipp darauf, dann ist er kopiert.
    <code>{ $caption }</code>
caption_to_copy =
    Um den bisherigen zu ändern, tipp darauf, dann ist er kopiert.
    <code>{ $caption }</code>
caption_to_edit = Um am bisherigen nur ein paar Wörter zu ändern, bearbeite deine Nachricht oben: Der Text hier folgt ihr.
caption_came_over_limit = Es kam ein Text mit, aber so kann ich ihn nicht verwenden.
button_no_caption = Kein Text
button_keep_caption = Diesen nehmen
story_shows_no_text = Instagram zeigt bei einer Story weder Text noch Hashtags, darum erscheint sie ohne.
caption_too_long = Das sind { $length } Zeichen, und Instagram erlaubt samt Hashtags höchstens { $limit }. Bitte kürze um { $over }. { $double ->
        [0] {""}
       *[other] (Emoji und Zierschrift zählen doppelt.){" "}
    }Bis „… { $fits }“ passt es; was zu viel ist, beginnt mit „{ $rest }“
caption_too_many_hashtags = Das sind { $count } Hashtags, und Instagram erlaubt höchstens { $limit }, die im Text mitgezählt. Lass { $over ->
        [one] einen
       *[other] { $over }
    } weg, zum Beispiel { $rest }
caption_too_many_mentions = Das sind { $count } @Namen, und Instagram erlaubt in einem Text höchstens { $limit }. Lass { $over ->
        [one] einen
       *[other] { $over }
    } weg, zum Beispiel { $rest }
caption_doubtful = Ist „{ $said }“ dein Text? Dann tipp unten darauf, oder schreib <code>{ $literal }</code>. Wenn nicht, tipp auf einen anderen Knopf, oder schreib deinen Text.
caption_missing = Darin sehe ich keine Wörter. Schreib deinen Text, oder tipp auf einen Knopf.
caption_literal = Text: { $said }
caption_text_was_split = Das war der Rest deines langen Textes, darum habe ich ihn nicht verwendet. Zusammen sind es { $length } Zeichen, { $over } mehr, als Instagram erlaubt. Schick ihn bitte gekürzt noch einmal; oder nur diesen Teil, wenn er für sich gemeint war.

## The hashtags

ask_hashtags = <b>Welche Hashtags?</b> Bis zu { $limit }, mit oder ohne #, oder gar keine.
ask_hashtags_full = <b>Welche Hashtags?</b> Keine: Im Text stehen schon so viele, wie Instagram erlaubt. Für andere geh zurück und ändere den Text.
hashtags_in_caption = Die im Text bleiben dort: { $hashtags }
hashtags_offered = Oder nimm diese: { $hashtags }
button_no_hashtags = Keine Hashtags
button_keep_hashtags = Diese nehmen
hashtags_missing = Darin habe ich keinen Hashtag gefunden. Schreib welche, etwa <code>#hafen #abend</code>, oder tipp auf einen Knopf.
hashtags_doubtful = Sollen aus „{ $said }“ Hashtags werden? Dann tipp unten darauf, oder schreib <code>{ $literal }</code>. Wenn nicht, tipp auf einen anderen Knopf, oder schreib deine Hashtags.
caption_bad_hashtag = „{ $hashtag }“ kann kein Hashtag sein: Hashtags bestehen aus Buchstaben, Ziffern, Emoji und _, und nicht nur aus Ziffern. Bitte schick die Liste noch einmal.

## The time

ask_time = <b>Wann soll es erscheinen?</b> Tipp auf einen Knopf, oder schreib eine Zeit wie <code>18:30</code>, <code>morgen 9 Uhr</code>, <code>fr 18:30</code>, <code>24.12. 18:00</code>, <code>heute Abend</code> oder <code>in 2 Stunden</code> ({ $zone }).
ask_hour = <b>Um wie viel Uhr am { $day }?</b> Tipp auf einen Knopf, oder schreib eine Uhrzeit wie <code>18:30</code> ({ $zone }), oder einen anderen Tag.
button_now = Jetzt
button_keep_time = Wie bisher: { $time }
time_not_understood = Diese Zeit habe ich nicht verstanden. Schreib zum Beispiel { -times }.
time_unknown_words = { $words } habe ich nicht verstanden. Schreib eine Zeit wie { -times }.
time_contradictory = Das passt nicht zusammen: Da stehen verschiedene Tage oder Uhrzeiten, oder ein Wochentag, auf den das Datum nicht fällt. Bitte schreib einen Tag und eine Uhrzeit.
time_slip = { $words } kenne ich nicht. <b>Meinst du das hier?</b>
time_did_you_mean = Ich frage lieber nach, statt zu raten. <b>Meinst du das hier?</b>
quoted = „{ $words }“
time_several_ways = Das lässt sich verschieden verstehen. <b>Was davon meinst du?</b>
time_in_the_past = Diese Zeit ({ $zone }) ist schon vorbei. Wähl eine spätere.
time_no_such_date = Diesen Tag gibt es im Kalender nicht. Welchen meinst du?
time_no_such_day = Den { $missing } gibt es nicht. <b>Welchen Tag meinst du?</b>
missing_day = { $day }. { $month }
time_no_such_time = Diese Uhrzeit gibt es nicht: Es geht von 0:00 bis 23:59.
time_time_missing = <b>Welchen Tag meinst du?</b> Die Uhrzeit kommt als Nächstes.
time_too_far = Das ist zu lange hin: Ich kann höchstens ein Jahr im Voraus planen. Am spätesten geht { $latest }. Bitte wähl eine frühere Zeit.
time_skipped_by_dst = Diese Zeit gibt es in { $zone } nicht: In dieser Nacht wird die Uhr vorgestellt. Bitte wähl eine andere.
time_ambiguous_dst = Diese Zeit gibt es in { $zone } zweimal: In dieser Nacht wird die Uhr zurückgestellt. Welche meinst du?
time_nearby =
    { "" }

    ⚠️ Für { $time } ist schon ein anderer Post geplant, dicht an diesem.
series_nearby = ⚠️ Dicht an einem anderen geplanten Post: { $posts }. Um einen zu verschieben, öffne ihn aus /list.
time_paced =
    { "" }

    ⏳ Damit Instagram keinen Anlass für eine Sperre hat, veröffentlicht dieses Konto { $pace }. Ein Post, der für dann geplant ist, geht zu dieser Zeit raus: { $time }.
crowded_draft = Dieser ist noch nicht geplant: Plan ihn trotzdem so, oder tipp auf die nächste freie Zeit.
crowded_post = Tipp unten auf die nächste freie Zeit, oder lass es so.
pace_cap = { $count ->
        [one] höchstens einen Post in 24 Stunden
       *[other] höchstens { $count } Posts in 24 Stunden
    }
pace_gap = mit mindestens { $wait } Abstand
button_next_free = { $time } · nächster freier Slot
slot_taken = ⚠️ Dieser Slot ist gerade vergeben worden, darum ist es der nächste freie.
button_other_date = Anderes Datum …
button_other_hour = Andere Uhrzeit …
calendar_month = <b>Welcher Monat?</b>
calendar_months = Alle Monate
calendar_day = <b>Welcher Tag im { $month }?</b>
calendar_hour = <b>Welche Stunde am { $day }?</b> ({ $zone })
calendar_hours = { $hour } Uhr
calendar_quarter = <b>Wann genau am { $day }?</b> Du kannst auch eine Uhrzeit wie <code>18:37</code> schreiben ({ $zone }).
time_has_passed = Die Zeit dieses Posts ist inzwischen vorbei. Bitte schreib eine andere.

## Converting

preparing_waits = 🎞 Deine Medien warten darauf, umgewandelt zu werden. Mach einfach weiter.
preparing =
    🎞 Ich wandle um. Mach inzwischen einfach weiter.
    { $bar }
prepared = 🎞 Umgewandelt.
preparing_stopped = 🎞 Angehalten. Deine Medien und deine anderen Antworten bleiben.
preparing_not_stored = Ich konnte deine Medien nicht von meiner Festplatte lesen, oder nicht speichern, was daraus wurde. { -admin-told } Bitte versuch es etwas später noch einmal, oder schick sie noch einmal. Deine anderen Antworten bleiben.
preparing_failed = Ich habe das nicht fertigbekommen, und das liegt an mir. { -admin-told } Deine Antworten bleiben: Versuch eine andere Art, oder andere Medien.
still_preparing = Deine Medien werden noch umgewandelt. Sobald sie fertig sind, zeige ich sie dir hier, und du kannst den Post planen.
button_stop_preparing = Umwandeln anhalten
button_stop_download = Herunterladen anhalten
note_framed = ✂️ Auf ein Format gebracht, das Instagram annimmt.
note_trimmed = ✂️ Auf den Teil gekürzt, den du gewählt hast.
note_lengthened = ⏱ Auf die 3 Sekunden verlängert, die Instagram braucht.
note_turned = ↩️ Richtig herum gedreht.
note_converted = 🔄 In ein Format umgewandelt, das Instagram annimmt.
note_hdr = 🌗 HDR-Helligkeit auf das gebracht, was Instagram zeigen kann.
note_colours = 🎨 Farben in sRGB umgewandelt.
note_flattened = ⬜ Durchsichtige Stellen sind jetzt weiß.
note_frame_rate = 🎞 Bildrate auf eine geändert, die Instagram annimmt.
note_sound = 🔊 Ton in AAC umgewandelt.
note_silenced = 🔇 Der Ton war nicht lesbar, darum ist das Video stumm.
note_location = 📍 Der Aufnahmeort wurde aus der Datei entfernt.
note_small = 🔍 Es hat wenige Pixel: Instagram zeigt es etwas unscharf.

## The last look

ask_confirm = <b>Das ist dein Post.</b> Soll ich ihn planen?
confirm_not_understood = { -not-understood } Antworte <code>ja</code> zum Planen oder <code>abbrechen</code> zum Verwerfen, schreib eine andere Zeit wie <code>18:30</code>, oder nenn, was du ändern willst, so wie es auf den Knöpfen steht.
summary_account = <b>Konto</b>: { $account }
summary_type = <b>Art</b>: { $type }
summary_time = <b>Zeit</b>: { $time }
summary_caption = <b>Text</b>: { $caption }
summary_hashtags = <b>Hashtags</b>: { $hashtags }
no_caption = keiner
no_hashtags = keine
no_further_hashtags = die im Text
right_away = sofort
button_schedule = Planen
button_for_account = Konto: { $account }
button_change_account = Konto
button_change_type = Art
button_change_caption = Text
button_change_hashtags = Hashtags
button_change_time = Zeit
button_change_media = Medien
button_change_fit = Rahmen
button_change_trim = Länge
button_change_cover = Titelbild
button_change_order = Reihenfolge
button_back = ‹ Zurück
button_cancel = Abbrechen
cancelled = Verworfen. Schick { -media }, um neu anzufangen.
changes_discarded = Deine Änderungen sind verworfen: Post { $id } bleibt, wie er ist.
stale_button = Dieser Knopf gilt nicht mehr.
anothers_draft = Das ist der Entwurf von jemand anderem. Für einen eigenen schick mir ein Foto oder Video.

## The card: all that is known of a post in the making

card_head = <b>{ $type }</b>{ $of_account }{ $of_media }
card_time = 🗓 { $time }
card_time_passed = 🗓 { $time }: schon vorbei. Wähl eine andere Zeit.
card_caption = 💬 { $caption } · { $length }/{ $limit }
card_no_caption = 💬 Noch kein Text: Schreib einfach einen.
card_hashtags = 🏷 { $hashtags }
card_converting = 🎞 Wird umgewandelt … { $bar }
card_plans_when_ready = ⏳ Sobald alles umgewandelt ist, plane ich den Post für diese Zeit.
card_not_converted = ⚠️ Das ließ sich nicht umwandeln.
card_kept_caption = Dazugenommen. Der Text bleibt, wie er war.
card_caption_replaced = Text ersetzt. Vorher: „{ $old }“.
button_old_caption = Alter Text
card_is_changed = ✏️ Das hat diesen Entwurf geändert.
meant_type_again = Was du geschrieben hast, steht noch im anderen Entwurf. Für diesen schreib es bitte noch einmal.
meant_other = Gemeint war „{ $said }“
button_other_drafts = Gemeint war ein anderer
no_type = Art noch offen
no_time_yet = noch keine Zeit
card_not_understood = Ich bin nicht sicher, was du meinst. Tipp auf einen Knopf, oder schreib einen Text, Hashtags oder eine Zeit.
card_which = „{ $said }“ kann Verschiedenes heißen. <b>Was meinst du?</b>
card_is_weekly = Sollen das wöchentliche Slots sein? Dann tipp darauf, um es zu kopieren, und schick es ab: <code>{ $command }</code>
card_is_caption = Ist „{ $said }“ dein Text? Dann tipp unten darauf. Wenn nicht, mach einfach weiter: /help erklärt, was ich verstehe.
card_is_note = Notizen stehen neben einem geplanten Post. Plan ihn zuerst, dann antworte auf seine Karte mit der Notiz.
card_last_line = „{ $line }“ ist ein Teil des Textes. Ist das für mich gemeint, tipp auf die Zeit: Dann fällt die Zeile weg.
as_caption = Text: { $said }
plan_at = Für { $time } planen
as_type = Als { $type }
tap_now = „Jetzt“ veröffentlicht sofort, deshalb tipp dafür bitte auf den Knopf.
button_other_time = Andere Zeit …
button_more = Mehr …
button_discard = Verwerfen
button_not_yet = Noch nicht
ask_more = <b>Was möchtest du ändern?</b>
more_not_understood = { -not-understood } Tipp auf einen Knopf oder auf ‹ Zurück.
button_add_media = Medien hinzufügen
button_replace_media = Medien ersetzen
ask_add_media = <b>Schick mir, was noch dazu soll</b>: { -media }. Oder tipp auf ‹ Zurück, dann bleibt alles, wie es ist.
ask_replace_media = <b>Schick mir, was ich stattdessen nehmen soll</b>: { -media }. Bis dahin ändert sich nichts, und alles andere bleibt.
button_guide_me = Immer Schritt für Schritt fragen
guided_from_now_on = Ab jetzt frage ich dich Schritt für Schritt, bei diesem Post und bei allen weiteren. Wenn du wieder Karten willst, antworte auf irgendeine Frage <code>Mit Karte</code>.
button_give_card = Mit Karte

## Planned posts

# Where there are several accounts, behind a post's number or type.
of_account = { " " }für <b>{ $account }</b>
card =
    🗓 <b>Post { $id }</b> · { $type }{ $of_account }
    <b>➜ { $state }</b>{ $reason }
    { $time }{ $excerpt }
card_stories = 🗓 <b>{ $count } Storys nacheinander</b>{ $of_account }
card_series = 🗓 <b>{ $count } Posts</b>{ $of_account }
card_series_line = <b>{ $id }</b> { $what }
reply_to_series = Diese Karte steht für mehrere Posts. Antworte <code>löschen</code>, um alle zu löschen, oder mit einer Zeit, wenn es Storys nacheinander sind. Um einen davon zu ändern, öffne ihn aus /list.
card_series_more = … und { $count } weitere, siehe /list
button_publish_all = Alle jetzt posten
button_delete_all = Alle löschen
queue_line = 📥 { $count ->
        [one] { $count } wartet und erscheint
       *[other] { $count } warten, der letzte erscheint
    } { $day }
day_today = heute
day_tomorrow = morgen
day_on = am { $day }
list_head_planned = <b>Geplant: { $count }</b> · Zeiten in { $zone }
list_needs_you = ⚠️ <b>Wartet auf dich</b>
list_head_drafts = <b>Entwürfe: { $count }</b>
list_head_failed = <b>Probleme: { $count }</b> · Zeiten in { $zone }
list_head_published = <b>Erschienen: { $count }</b> · Zeiten in { $zone }
list_page = Seite { $page } von { $pages }
list_draft = <b>{ $id }</b> · { $what }{ $excerpt }
draft_edits = ändert Post { $id }
draft_time_passed = { $time }, schon vorbei
draft_begun = gerade angefangen
button_show = Post { $id }
button_draft = Entwurf { $id }
button_list_planned = Geplant
button_list_drafts = Entwürfe
button_list_failed = Probleme
button_list_published = Erschienen
button_list_mine = Nur meine
button_list_all = Von allen
button_list_more_accounts = Weitere Konten …
button_list_accounts = Alle Konten
button_list_previous = ‹ Vorherige Seite
button_list_next = Nächste Seite ›
card_edits = ✏️ <b>Ändert Post { $id }</b>: Er bleibt, wie er ist, bis du ihn neu planst.
card_published = veröffentlicht: { $link }
list_empty_viewer = Es ist nichts geplant.
list_empty = Es ist nichts geplant. Schick { -media }, und es geht los.
list_empty_drafts = Keine Entwürfe. Schick { -media }: Was du anfängst, steht hier, bis du es planst.
list_empty_failed = Keine Probleme: Nichts ist gescheitert, und nichts ist unklar.
list_empty_published = Noch nichts veröffentlicht. Was erscheint, steht dann hier, mit seinem Link.
list_row =
    { $time } · <b>{ $id }</b> · { $type }{ $of_account } · { $state }{ $distance }{ $excerpt }
state_pending = geplant
state_account_removed = geht nicht raus: Das Konto ist entfernt
state_account_paused = wartet: Das Konto pausiert
state_retrying = { $count ->
        [one] neuer Versuch nach einem Fehlschlag
       *[other] neuer Versuch nach { $count } Fehlschlägen
    }
state_postponed = wartet bis { $time }
state_awaiting_approval = wartet auf Freigabe
state_held = zurückgehalten, bis die Leitung entscheidet
state_claimed = wird hochgeladen
state_sending = wird veröffentlicht
state_uploaded = veröffentlicht
state_unconfirmed = unbestätigt
state_failed = gescheitert
state_handed_over = liegt bei dir
state_not_posted = noch nicht gepostet
state_approved = geplant, freigegeben von { $name }
state_declined = abgelehnt von { $name }
state_declined_why = abgelehnt von { $name }: „{ $reason }“
state_not_approved = nicht rechtzeitig freigegeben
state_deleted = gelöscht
paused_until = ⏸ Das Veröffentlichen pausiert bis { $time }.
paused_until_resumed = ⏸ Das Veröffentlichen pausiert, bis der Admin es wieder startet.
delete_which = <b>Welchen Post soll ich löschen?</b> Öffne ihn und tipp auf Löschen, oder schreib seine Nummer, zum Beispiel <code>/delete 12</code>.
delete_usage = Welchen? Schreib seine Nummer, etwa <code>/delete 12</code>. /list zeigt die Nummern.
ask_delete = <b>Post { $id } und seine Medien löschen?</b> Tipp auf einen Knopf, oder schreib <code>/delete { $id } ja</code>.
deleted = Post { $id } ist gelöscht, samt seinen Medien.
deleted_in_doubt = Bestätigt war er nie: Falls er auf Instagram ist, bleibt er dort, bis du ihn in der Instagram-App entfernst.
kept = Post { $id } bleibt, wie er ist.
no_such_post = Du hast keinen Post { $id }. /list zeigt die, die du hast.
too_late_held = Post { $id } wird zurückgehalten: Wer ihn geplant hat, darf für dieses Konto nichts mehr planen. Die Leitung dieses Bots entscheidet.
too_late_claimed = Zu spät: Post { $id } wird gerade veröffentlicht. Ich sage dir, wie es ausgeht.
too_late_handed_over = Post { $id } liegt bei dir: Sag mir, ob du ihn gepostet hast.
too_late_sending = Zu spät: Post { $id } wird gerade veröffentlicht. Ich sage dir, wie es ausgeht.
too_late_uploaded = Post { $id } ist schon auf Instagram. Ändern oder entfernen kannst du ihn in der Instagram-App.
too_late_deleted = Post { $id } wurde inzwischen gelöscht.
too_late_pending = Post { $id } ist schon wieder eingeplant.
too_late_failed = Post { $id } ist gescheitert. Antworte mit einer Zeit, um ihn neu zu planen, oder nimm die Knöpfe auf seiner Karte: /list zeigt ihn.
too_late_awaiting_approval = Post { $id } wartet auf Freigabe.
too_late_unconfirmed = Post { $id } ist noch nicht bestätigt. /list zeigt ihn.
button_change_post = Ändern
button_later = +1 Tag
button_publish_now = Jetzt posten
ask_publish_now = <b>Wirklich jetzt posten?</b> Das lässt sich nicht rückgängig machen.
ask_publish_all = <b>Wirklich alle { $count } jetzt posten?</b> Das lässt sich nicht rückgängig machen.
button_publish_for_sure = Ja, jetzt posten
button_not_now = Jetzt nicht
button_duplicate = Duplizieren
button_undo = Rückgängig
nothing_to_undo = Es gibt nichts rückgängig zu machen: Das geht eine Minute lang, nachdem du etwas geplant, verschoben, geändert, gelöscht oder verworfen hast.
change_stays = Was mit Post { $id } zuletzt geschah, lässt sich nicht rückgängig machen. Tipp auf seiner Karte auf „Ändern“: /list zeigt sie.
undo_is_over = Das lässt sich nicht mehr rückgängig machen: Es ist länger als eine Minute her.
undone_plan = ↩️ Rückgängig gemacht: Post { $id } ist nicht mehr geplant, sondern wieder ein Entwurf.
undone_deletion = ↩️ Rückgängig gemacht: { $count ->
        [one] Post { $id } ist nicht mehr gelöscht.
       *[other] { $count } Posts sind nicht mehr gelöscht.
    }
undone_time = ↩️ Rückgängig gemacht: { $count ->
        [one] Post { $id } erscheint
       *[other] Alle { $count } Storys erscheinen
    } wieder am { $time }.
undone_text = ↩️ Rückgängig gemacht: Post { $id } hat wieder den Text von vorher.
undone_change = ↩️ Rückgängig gemacht: { $count ->
        [one] Post { $id } ist
       *[other] { $count } Posts sind
    } wieder wie vorher.
deleted_for_good = Post { $id } ist endgültig gelöscht. Das lässt sich nicht rückgängig machen.
copied = Eine Kopie von Post { $id }.
moved = Post { $id } erscheint jetzt am { $time }.
moved_stories = Alle { $count } Storys erscheinen jetzt am { $time }.
moved_to_now = Post { $id } erscheint gleich.
move_day_has_passed = Das wäre { $time }, und das ist schon vorbei. Antworte mit Tag und Uhrzeit.
rewritten = Der Text von Post { $id } ist geändert.
rewritten_failed = Der Text von Post { $id } ist geändert. Damit er erscheint, tipp auf den Knopf auf seiner Karte oder antworte mit einer Zeit.
rewritten_by_a_word =
    Der Text von Post { $id } ist jetzt „{ $said }“. Vorher:
    <blockquote>{ $old }</blockquote>
time_or_caption = Ist das die Zeit oder der Text?
button_as_caption = Als Text nehmen
reply_not_understood = Das habe ich nicht verstanden. Antworte auf einen Post mit einer Zeit, um ihn zu verschieben, mit einem neuen Text, mit neuen Medien oder mit <code>löschen</code>.
reply_to_no_card = Ich weiß nicht, welchen Post du meinst. Antworte auf seine Karte, oder schreib ohne Antwort, dann gilt es für deinen aktuellen Entwurf.
edited_media = So kann ich das Bild nicht austauschen. Antworte stattdessen mit dem neuen auf den Post.
forwarded_preview = Das ist nur eine Vorschau. Um einen Post zu kopieren, leite seine Karte weiter oder tipp darunter auf <i>Duplizieren</i>.
draft_gone = Diesen Entwurf gibt es nicht mehr. /drafts zeigt die, die du hast.
edit_too_late = Deine Änderungen habe ich als neuen Entwurf behalten: Wähl eine Zeit dafür, oder verwirf ihn.
several_posts = Damit könnten mehrere Posts gemeint sein: { $numbers }. Tipp auf den Knopf unter dem richtigen, oder antworte auf diese Nachricht.
no_such_question = Gerade wartet kein Post auf diese Antwort. /list zeigt, was geplant ist.
late_published = { $count ->
        [one] Ich veröffentliche ihn, sobald ich kann.
       *[other] Ich veröffentliche alle { $count }, sobald ich kann.
    }
late_dropped = { $count ->
        [one] Gelöscht, samt seinen Medien.
       *[other] Alle { $count } gelöscht, samt ihren Medien.
    }
held_published = { $count ->
        [one] Er ist wieder eingeplant. Ist seine Zeit schon vorbei, erscheint er, sobald ich kann.
       *[other] Alle { $count } sind wieder eingeplant. Was schon fällig war, erscheint, sobald ich kann.
    }
held_settled = Von dieser Person wird kein Post mehr zurückgehalten.
trying_again = Ich versuche Post { $id } gleich noch einmal.
confirmed_live = Danke. Post { $id } ist als veröffentlicht vermerkt.
role_owner = Leitung
role_editor = Redaktion
role_author = Mitarbeit
role_viewer = Lesezugriff
admin_only = Das kann nur die Leitung dieses Bots.
only_sees = Du siehst hier, was geplant ist, kannst es aber nicht ändern. Wenn du das brauchst, frag die Leitung dieses Bots: Sie kann dir mit /team eine andere Rolle geben.
resumed = ▶️ Das Veröffentlichen geht weiter.
which_to_pause = Welches Konto soll pausieren?
paused_by_you = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert, bis du es wieder startest. Alles Geplante bleibt erhalten, und wer es geplant hat, weiß Bescheid. Was dadurch mehr als zwei Stunden zu spät käme, veröffentliche ich nicht, ohne zu fragen.
paused_by_you_until = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert bis { $time }. Alles Geplante bleibt erhalten, und wer es geplant hat, weiß Bescheid. Was dadurch mehr als zwei Stunden zu spät käme, veröffentliche ich nicht, ohne zu fragen.
paused_already = Dort pausiert das Veröffentlichen schon, und mindestens so lange: /list zeigt es.
pause_not_understood = Bis wann? Zum Beispiel <code>/pause bis Montag</code>, <code>/pause bis 24.12. 8:00</code> oder <code>/pause für 3 Tage</code>; bei mehreren Konten steht das Konto davor. Ohne Zeit geht die Pause, bis du sie beendest.
pause_button_tomorrow = Bis morgen
pause_button_week = Bis Montag
pause_button_all = Alle Konten
said_pause_until = bis, für
said_pause_all = alle, alles
which_to_resume = Mehrere Konten pausieren. Für welches soll es weitergehen?
not_paused = Das Veröffentlichen pausiert gerade nicht.
handed_over = { $whose ->
        [own] ✋ Post { $id } gehört dir: Ich veröffentliche ihn nicht mehr. Gleich kommt alles, was du brauchst.
        [own_by_hand] ✋ Post { $id } gehört dir. Gleich kommt alles, was du brauchst.
        [other_by_hand] ✋ Post { $id }: Wer ihn geplant hat, bekommt ihn jetzt zum Selberposten.
       *[other] ✋ Ich veröffentliche Post { $id } nicht mehr. Wer ihn geplant hat, bekommt ihn zum Selberposten.
    }
not_posted = Heute also nicht: Post { $id } bleibt bei mir. Was soll mit ihm geschehen? Um ihn neu zu planen, antworte mit einer Zeit.
hand_over_too_large = { $name } fehlt hier: Die Datei hat { $size } MB, und Telegram nimmt von mir höchstens { $limit } MB. Bitte nimm die Datei, die du mir geschickt hast. Wer diesen Bot betreibt, kann auch einen eigenen Bot-API-Server einrichten, der die Grenze aufhebt.
hand_over_missing = { $name } fehlt hier: Ich finde die Datei nicht auf meiner Festplatte. Bitte nimm die, die du mir geschickt hast.
hand_over_refused = Telegram hat { $name } nicht von mir angenommen. Bitte nimm, was du mir geschickt hast.
button_hand_over = Gib ihn mir
button_hand_over_row = { $id } übernehmen
button_posted = Gepostet
button_not_today = Heute nicht
button_delete = Löschen
button_delete_row = { $id } löschen
button_delete_for_sure = Ja, löschen
button_keep_post = Behalten
button_try_again = Noch einmal versuchen
button_is_live = Er ist da
button_publish_again = Noch einmal veröffentlichen
button_drop = Verwerfen
button_publish_late = Veröffentlichen
button_drop_late = Löschen
button_publish_held = Wie geplant veröffentlichen
button_drop_held = Alle löschen
button_resume = Weiter veröffentlichen
button_pause_all = ⏸ Alles pausieren
login_button_new_code = Neuen Code schicken
button_stop_login = Abbrechen
login_button_done_try_again = Erledigt, noch mal
login_button_again = Neu anmelden

## Approvals

approval_card =
    ✋ <b>{ $name } möchte das posten</b>
    <b>Post { $id }</b> · { $type }{ $of_account }
    🗓 { $time }{ $said }

    <b>➜ { $state }</b>
approval_is_urgent = wartet auf Freigabe, fällig { $distance }
button_approve = Freigeben
button_approve_all = Ganze Serie freigeben
button_decline = Ablehnen
button_decline_plain = Ohne Begründung
button_improve = Selbst ändern
button_send_again = Noch mal vorlegen
button_ask_change = Änderung erbitten
button_never_mind = Doch nicht
button_ask_client = Kunden fragen
button_withdraw_link = Link zurückziehen
ask_what_to_change = <b>Was soll anders werden?</b> Antworte auf diese Nachricht.
never_mind = In Ordnung. Über die Karte oben kannst du weiter entscheiden.
change_is_asked = Danke. Ich gebe das weiter und zeige dir den Post noch einmal, sobald er geändert ist.
approval_link =
    Dieser Link ist für <b>eine Person</b>, bis { $time }: Sie sieht Post { $id } und sonst nichts, und kann ihn freigeben, um eine Änderung bitten oder ihn ablehnen. Schick ihn weiter:

    { $link }
approval_link_sent = Den Link habe ich dir in unserem eigenen Chat geschickt.
approval_link_needs_chat = Ich kann dir noch nicht allein schreiben. Öffne einen Chat mit mir, tipp auf Starten, und versuch es noch einmal.
approval_link_withdrawn = Der Link ist zurückgezogen: Er gilt nicht mehr.
client_welcome = Hallo { $name }! Du wurdest gefragt, was du von diesem Post hältst. Mehr als seine Karte brauchst du hier nicht.
client_only_card = Hier kannst du nur über den Post auf der Karte oben entscheiden: ihn freigeben, um eine Änderung bitten oder ihn ablehnen. War das deine Antwort auf eine Frage von mir? Dann halt die Frage gedrückt, tipp auf Antworten und schick es noch einmal.
client_link_in_team = Du gehörst schon zum Team. Dieser Link ist für jemanden von außen: Schick ihn weiter.
client_link_used = Diesen Link hat schon jemand anders geöffnet, und er gilt nur für eine Person. Bitte lass dir einen neuen geben.
client_link_expired = Dieser Link ist abgelaufen. Bitte lass dir einen neuen geben.
client_link_withdrawn = Dieser Link wurde zurückgezogen. Frag bitte die Person, die ihn dir geschickt hat.
client_link_unknown = Dieser Link führt nirgendwohin. Sieh bitte nach, ob er vollständig ist.
alert_change_asked = ✏️ Post { $id }{ $of_account } von { $name }: { $client } bittet um eine Änderung: „{ $note }“
result_change_asked = ✏️ <b>Post { $id }</b>{ $of_account }: { $name } bittet um eine Änderung: „{ $note }“. Ändere ihn, und ich lege ihn noch einmal vor.
result_note = 💬 <b>Post { $id }</b>{ $of_account }: { $name } schreibt: „{ $note }“
card_note = 💬 <b>{ $name }</b>: { $text }
note_kept = Deine Notiz steht jetzt auf der Karte von Post { $id }.
note_is_empty = Schreib deine Notiz hinter den Doppelpunkt, etwa <code>Notiz: bitte etwas heller</code>.
made_by = von { $name }
group_hello = Hallo! Hier kann ich einem Team zeigen, was geplant ist: die Karten der Posts eines Kontos, was freizugeben ist, und was daraus geworden ist. Welches Konto, bestimmt die Leitung dieses Bots mit /group; in einem Forum in dem Thema, in dem es stehen soll.
group_sees_all = Ich sehe hier jede Nachricht, aber was ihr miteinander redet, geht mich nichts an: Ich höre nur auf Befehle, auf Antworten auf meine Nachrichten, auf meine Knöpfe und auf Fotos und Videos, in deren Text { $mention } steht.
group_sees_little = Als einfaches Mitglied sehe ich hier nur Befehle, Antworten auf meine Nachrichten und wenn jemand auf meine Knöpfe tippt; Fotos und Videos kommen also nur als Antwort auf eine meiner Nachrichten an. Damit ich auch Texte sehe, in denen { $mention } steht, mach mich zum Administrator dieser Gruppe. Oder schreib @BotFather: <code>/setprivacy</code>, dann <i>Disable</i>; danach entfern mich von hier und füg mich wieder hinzu.
group_only_there = Schreib /group in der Gruppe oder im Thema eines Forums, in dem die Posts eines Kontos stehen sollen.
group_only_owners = Das entscheidet nur die Leitung.
group_shows = Hier sind die Posts von <b>{ $accounts }</b> zu sehen: was geplant ist, was freizugeben ist, und was daraus wird.
group_shows_none = Hier sind noch von keinem Konto Posts zu sehen. Tipp auf das, dessen Posts hier stehen sollen.
group_button_on = { $account } hier zeigen
group_button_off = ✓ { $account }: nicht mehr hier zeigen
group_result_uploaded =
    ✅ Post { $id }{ $of_account } von { $name } ist auf Instagram.
    { $link }
group_result = ❗️ Post { $id }{ $of_account } von { $name } ➜ { $state }
help_group = /group – in einer Gruppe: von welchen Konten dort Posts zu sehen sind
team_card =
    🗓 <b>Post { $id }</b> · { $type }{ $of_account } · von { $name }
    { $time }{ $said }

    <b>➜ { $state }</b>
anonymous_admin = jemand von den Admins
ask_why_declined = <b>Warum nicht?</b> Antworte auf diese Nachricht mit deinem Grund: Wer Post { $id } geplant hat, bekommt ihn zu lesen.
declined = Post { $id } ist abgelehnt. Wer ihn geplant hat, weiß Bescheid.
approved_all = { $count ->
    [one] Der Post ist freigegeben.
   *[other] { $count } Posts sind freigegeben.
    }
approved_some = { $count ->
    [one] Ein Post ist freigegeben.
   *[other] { $count } Posts sind freigegeben.
    } { $left ->
    [one] Einer wurde geändert oder war hier noch nicht zu sehen. So sieht er jetzt aus:
   *[other] { $left } wurden geändert oder waren hier noch nicht zu sehen. So sehen sie jetzt aus:
    }
already_approved = { $name } hat Post { $id } schon freigegeben.
already_declined = { $name } hat Post { $id } schon abgelehnt.
approval_too_late = Zu spät: Post { $id } war fällig und erscheint deshalb nicht. Wer ihn geplant hat, kann eine neue Zeit wählen.
changed_meanwhile = Er wurde inzwischen geändert. So sieht er jetzt aus:
only_approvers = Darüber entscheiden nur die, die freigeben dürfen.
asked_again = Post { $id } wartet wieder auf Freigabe. Ich sage dir, was daraus wird.
alert_approval_soon = 🔔 Post { $id }{ $of_account } von { $name } ist { $distance } fällig und <b>noch nicht freigegeben</b>. Ohne Freigabe veröffentliche ich ihn nicht.
alert_not_approved = ⌛ Post { $id }{ $of_account } von { $name } war fällig, und niemand hatte ihn freigegeben; deshalb habe ich ihn nicht veröffentlicht. { $name } weiß Bescheid und kann eine neue Zeit wählen.
result_approval_soon = 🔔 <b>Post { $id }</b>{ $of_account } ist { $distance } fällig und noch nicht freigegeben. Ohne Freigabe veröffentliche ich ihn nicht.
result_not_approved = ⌛ <b>Post { $id }</b>{ $of_account } war fällig, und niemand hatte ihn freigegeben; deshalb habe ich ihn nicht veröffentlicht. Antworte mit einer neuen Zeit, und ich frage noch einmal.
result_approved = ✅ <b>Post { $id }</b>{ $of_account } wurde von { $name } freigegeben.
result_approved_several = ✅ <b>{ $count } Posts</b>{ $of_account } wurden von { $name } freigegeben.
result_declined = 🚫 <b>Post { $id }</b>{ $of_account } wurde von { $name } abgelehnt. Ändere ihn und leg ihn noch einmal vor, oder lösch ihn.
result_declined_why = 🚫 <b>Post { $id }</b>{ $of_account } wurde von { $name } abgelehnt: „{ $note }“. Ändere ihn und leg ihn noch einmal vor, oder lösch ihn.

## What became of a post, for its owner

result_published =
    ✅ <b>Post { $id }</b> ({ $type }){ $of_account } ist auf Instagram.
    { $link }
result_retrying = ⏳ <b>Post { $id }</b>{ $of_account } ist noch nicht auf Instagram. { $reason } In { $wait } versuche ich es wieder und sage dir, wie es ausgeht.
result_failed = ❌ <b>Post { $id }</b>{ $of_account } konnte nicht veröffentlicht werden. { $reason }
result_unconfirmed = ❓ <b>Post { $id }</b>{ $of_account }: Ich konnte ihn noch nicht bestätigen. { $reason } In ein paar Minuten sehe ich wieder auf Instagram nach und sage dir, was ich finde. Wenn du es schon weißt, sag es mir.
result_unconfirmed_paused = ❓ <b>Post { $id }</b>{ $of_account }: Ich konnte ihn nicht bestätigen und kann gerade nicht auf Instagram nachsehen, weil das Veröffentlichen pausiert. { $reason } Sobald es weitergeht, sehe ich nach und sage dir, was ich finde. Wenn du es schon weißt, sag es mir.
result_asked = ❓ <b>Post { $id }</b>{ $of_account }: Ich finde nicht heraus, ob er auf Instagram ist. { $reason } Bitte sieh nach: Ist er da? Ich tue nichts, bis du es mir sagst.{ $links }{ $excerpt }
asked_links =
    { "" }
    Einer von diesen könnte es sein:
    { $links }
result_not_yet = ⏳ <b>Post { $id }</b>{ $of_account } ist fällig, muss aber warten. { $reason } Sobald das vorbei ist, veröffentliche ich ihn; du musst nichts noch einmal schicken.
result_deleted_by_admin = 🗑 <b>Post { $id }</b> ({ $type }){ $of_account }: Der Admin hat ihn gelöscht, samt seinen Medien.
result_account_removed = 🗑 Das Konto <b>{ $account }</b> wurde entfernt, deshalb geht nicht raus, was du dafür geplant hast (geplant: { $count }). Es bleibt in /list; dort kannst du es löschen oder ein anderes Konto wählen.
result_restored_by_admin = ↩️ <b>Post { $id }</b> ({ $type }){ $of_account }: Der Admin hat das rückgängig gemacht. Er ist wieder eingeplant.
result_preflight = 🔔 <b>Post { $id }</b>{ $of_account } steht etwas im Weg. { $reason }
result_postponed = ⏳ <b>Post { $id }</b>{ $of_account } muss bis { $time } warten. Damit Instagram keinen Anlass für eine Sperre hat, veröffentlicht das Konto { $pace }. Dann geht er von selbst raus.
result_postponed_several = ⏳ <b>{ $count } deiner Posts</b>{ $of_account } müssen warten. Damit Instagram keinen Anlass für eine Sperre hat, veröffentlicht das Konto { $pace }. Sie gehen von selbst raus: Post { $id } als erster um diese Zeit: { $time }, der letzte: { $last }.
result_paused = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert, bis es jemand wieder startet. { $count ->
        [one] Dein Post { $id }, der dort geplant ist, bleibt erhalten.
       *[other] Deine { $count } Posts, die dort geplant sind, bleiben erhalten.
    } Was mehr als zwei Stunden zu spät käme, veröffentliche ich nicht, ohne dich zu fragen.
result_paused_until = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert bis { $time }. { $count ->
        [one] Dein Post { $id }, der dort geplant ist, bleibt erhalten.
       *[other] Deine { $count } Posts, die dort geplant sind, bleiben erhalten.
    } Was mehr als zwei Stunden zu spät käme, veröffentliche ich nicht, ohne dich zu fragen.
offered_by_hand = { " " }Wann das sein wird, weiß ich noch nicht. Wenn er nicht warten kann, gebe ich ihn dir, und du postest ihn selbst.
result_waiting = { $count ->
        [one] ⏸ <b>Post { $id }</b>{ $of_account } ist fällig, aber das Veröffentlichen pausiert. { $reason } Der Admin weiß Bescheid. Sobald es weitergeht, veröffentliche ich ihn; /list zeigt, wie lange die Pause dauert.
       *[other] ⏸ <b>{ $count } deiner Posts</b>, als erster Post { $id }, sind fällig, aber das Veröffentlichen pausiert. { $reason } Der Admin weiß Bescheid. Sobald es weitergeht, veröffentliche ich sie; /list zeigt, wie lange die Pause dauert, und gibt sie dir zum Selberposten, wenn kein Ende abzusehen ist.
    }{ $offer }
result_late = { $count ->
        [one] ⏰ <b>Post { $id }</b>{ $of_account } war vor Stunden fällig, als ich nichts veröffentlichen konnte. Soll ich ihn trotzdem noch veröffentlichen, sobald ich kann?
       *[other] ⏰ <b>{ $count } deiner Posts</b>, als erster Post { $id }, waren vor Stunden fällig, als ich nichts veröffentlichen konnte. Soll ich sie trotzdem noch veröffentlichen, sobald ich kann?
    }
result_queue_is_empty = 📭 Das war der letzte geplante Post{ $of_account }. Schick { -media }, um die nächsten Slots zu füllen; /slots zeigt sie.
result_hand_over = ✋ <b>Post { $id }</b> ({ $type }){ $early }: Bitte poste ihn selbst, auf <b>{ $account }</b>. Hier ist alles dafür: Speichere es auf deinem Handy, und sag mir, wenn er online ist.{ $copy }
hand_over_early = { ", " }geplant für { $time }
hand_over_copy = { " " }Ein Tipp auf den Text kopiert ihn.
result_hand_over_reminder = ✋ Hast du <b>Post { $id }</b>{ $of_account } gepostet?{ $excerpt }

## What became of a post, for the admin

alert_retrying = ⏳ Post { $id }{ $of_account } ist vorerst gescheitert: <code>{ $error_class }</code>. { $reason } Nächster Versuch in { $wait }.{ $excerpt }
alert_failed = ❌ Post { $id }{ $of_account } ist gescheitert: <code>{ $error_class }</code>. { $reason }{ $excerpt }
alert_unconfirmed = ❓ Post { $id }{ $of_account } ist unbestätigt: <code>{ $error_class }</code>. { $reason } Ich suche ihn auf Instagram.{ $excerpt }
alert_asked = ❓ Post { $id }{ $of_account } ist weiterhin unbestätigt: <code>{ $error_class }</code>. { $reason } Ich habe die Person gefragt, die ihn geplant hat.{ $excerpt }
alert_account_paused = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert { $wait } lang: <code>{ $error_class }</code>. { $reason } Geplante Posts warten.
alert_paused_for_good = ⏸ Das Veröffentlichen für <b>{ $account }</b> pausiert: <code>{ $error_class }</code>. { $reason } Geplante Posts warten, bis du auf den Knopf tippst oder /resume schreibst. Was nicht warten kann, gibt /list dem, der es geplant hat, zum Selberposten.

## What a login asks, in the admin chat

login_asks_two_factor = 🔐 <b>{ $account }</b>: Instagram verlangt einen Zwei-Faktor-Code. Er steht in deiner Authenticator-App oder ging an { $place }.
login_asks_authenticator = 🔐 <b>{ $account }</b>: Instagram verlangt den Code aus deiner Authenticator-App.
login_asks_sms = 🔐 <b>{ $account }</b>: Instagram hat einen Code per SMS an { $place } geschickt.
login_asks_whatsapp = 🔐 <b>{ $account }</b>: Instagram hat einen Code per WhatsApp an { $place } geschickt.
login_asks_email_challenge = 🔐 <b>{ $account }</b>: Instagram kennt dieses Gerät nicht und hat einen Code per E-Mail an { $place } geschickt.
login_asks_sms_challenge = 🔐 <b>{ $account }</b>: Instagram kennt dieses Gerät nicht und hat einen Code per SMS an { $place } geschickt.
login_place_unknown = die Person, der das Konto gehört
login_how = Antworte auf diese Nachricht mit dem Code, innerhalb von { $wait }; deine Antwort lösche ich sofort. So lange pausiert das Veröffentlichen, und geplante Posts warten.
login_code_was_wrong = ❌ Instagram hat diesen Code abgelehnt. { $count ->
        [one] Du hast noch einen Versuch.
       *[other] Du hast noch { $count } Versuche.
    }
login_failed_new_code = ❌ Ich konnte Instagram nicht erreichen, deshalb kam kein neuer Code. Versuch es bitte gleich noch einmal.
login_failed_code = ❌ Ich konnte Instagram mit diesem Code nicht erreichen. Schick ihn bitte noch einmal.
login_trying = 🔐 <b>{ $account }</b>: Danke, ich probiere den Code …
login_needs_you = 🔐 <b>{ $account }</b>: Ich kann mich nicht anmelden. { $reason } Tipp danach auf den Knopf. So lange pausiert das Veröffentlichen, und geplante Posts warten.
login_needs_credentials = 🔐 <b>{ $account }</b>: Ich kann mich nicht anmelden. { $reason } So lange pausiert das Veröffentlichen, und geplante Posts warten.
login_done = ✅ <b>{ $account }</b> ist angemeldet. Das Veröffentlichen geht weiter.
login_again = 🔐 <b>{ $account }</b>: Ich melde mich noch einmal an …
login_cancelled = ⏸ <b>{ $account }</b>: Anmeldung abgebrochen. Das Veröffentlichen pausiert, und geplante Posts warten, bis du mich wieder anmeldest.
login_expired = ⏸ <b>{ $account }</b>: Es kam rechtzeitig kein Code. Das Veröffentlichen pausiert, und geplante Posts warten, bis du mich wieder anmeldest.
login_wrong = ⏸ <b>{ $account }</b>: Zu viele falsche Codes. Ich höre auf, bevor Instagram misstrauisch wird. Das Veröffentlichen pausiert, und geplante Posts warten, bis du mich wieder anmeldest.
login_replaced = 🔐 <b>{ $account }</b>: Instagram verlangt jetzt etwas anderes; siehe meine neueste Nachricht.
login_in_reply = Falls das der Code für <b>{ $account }</b> ist: Schick ihn bitte als Antwort auf meine Frage danach.
login_in_admin_chat = Falls das der Code für <b>{ $account }</b> ist: Er gehört in den Admin-Chat, als Antwort auf meine Frage dort. Bitte lösch deine Nachricht hier.
login_not_a_code = Das sieht nicht nach einem Code aus: Er besteht nur aus Ziffern, meist sechs. Antworte bitte noch einmal auf meine Frage.
login_too_late = Diese Frage ist erledigt. Wie es steht, sagt meine neueste Nachricht zur Anmeldung.
login_not_needed = Alles in Ordnung: Das Konto ist angemeldet.
login_delete_it = Ich kann deine Antwort hier nicht löschen, bitte lösch sie selbst. (In einer Gruppe brauche ich dafür das Admin-Recht, Nachrichten zu löschen.)

## Why it went wrong

reason_network = Ich konnte Instagram nicht erreichen.
reason_platform_down = Instagram hat gerade selbst eine Störung.
reason_transcoding = Instagram verarbeitet das Video noch.
reason_rate_limited = Instagram bittet mich zu warten: Das war zu viel in zu kurzer Zeit.
reason_feedback_required = Instagram hat das Konto für eine Weile eingeschränkt.
reason_login_required = Instagram nimmt die Anmeldung nicht an.
reason_session_ended = Die Sitzung des Browsers ist zu Ende.
reason_other_account = Diese Sitzung gehört einem anderen Konto auf Instagram.
reason_on_request = Jemand hat es pausiert.
reason_secret_key = SECRET_KEY passt nicht zu den gespeicherten Zugangsdaten.
reason_bad_password = Instagram weist das Passwort zurück.
reason_two_factor = Instagram verlangt einen Zwei-Faktor-Code.
reason_authenticator = Instagram verlangt den Code aus der Authenticator-App.
reason_sms = Instagram hat einen Code per SMS geschickt.
reason_whatsapp = Instagram hat einen Code per WhatsApp geschickt.
reason_email_challenge = Instagram kennt dieses Gerät nicht und hat einen Code per E-Mail geschickt.
reason_sms_challenge = Instagram kennt dieses Gerät nicht und hat einen Code per SMS geschickt.
reason_wrong_code = Instagram hat den Code abgelehnt.
reason_consent = Instagram will, dass du etwas zustimmst, zum Beispiel neuen Nutzungsbedingungen.
reason_selfie = Instagram will ein Selfie-Video sehen, um dich zu erkennen.
reason_password_reset = Instagram verlangt ein neues Passwort für das Konto.
reason_login_interrupted = Ich wurde beim Anmelden unterbrochen und weiß nicht, ob es geklappt hat.
reason_challenge = Instagram möchte eine Bestätigung, dass das Konto in den richtigen Händen ist.
reason_suspended = Instagram hat das Konto gesperrt.
reason_proxy_blocked = Instagram blockiert diese Adresse, oder der Kontoname ist falsch.
reason_proxy_unreachable = Der Proxy des Kontos ist nicht zu erreichen.
reason_upgrade_needed = Instagram verlangt eine neuere Version der App.
reason_aspect_ratio = Instagram lehnt das Seitenverhältnis des Bildes ab.
reason_caption_refused = Instagram lehnt den Text oder seine Hashtags ab.
reason_media_refused = Instagram konnte das Bild oder Video nicht verarbeiten.
reason_media_missing = Eine Datei davon ist verloren gegangen, und auch Telegram hat sie nicht mehr. Bitte schick sie noch einmal, als Antwort auf die Karte des Posts: Alles andere bleibt.
reason_media_damaged = Eine Datei davon ist beschädigt. Bitte schick sie noch einmal, als Antwort auf die Karte des Posts: Alles andere bleibt.
reason_media_away = Ich komme gerade nicht an den Ort, an dem die Medien liegen.
reason_media_coming = Eine Datei davon ist verloren gegangen, und ich hole sie noch einmal von Telegram.
reason_disk_full = Meine Festplatte ist voll.
reason_own_fault = Bei mir ist etwas schiefgegangen, nicht bei Instagram.
reason_refused = Instagram lehnt den Post ab.
reason_reply_lost = Die Antwort von Instagram ging verloren, er könnte also schon da sein.
reason_unclear = Aus der Antwort von Instagram geht nicht hervor, ob er da ist.
reason_needs_upload = Instagram hat verloren, was ich hochgeladen hatte.
reason_looks_alike = Etwas dort sieht genauso aus, aber nichts beweist, dass es dieser Post ist.
reason_interrupted = Ich wurde beim Veröffentlichen unterbrochen, er könnte also schon da sein.
reason_id_taken = Instagram sagt, dass es ihn schon hat, aber ich sehe ihn dort nicht.
reason_vanished = Instagram hat ihn angenommen, aber ich sehe ihn dort nicht.
reason_collision = Für dieselbe Minute ist noch ein Post geplant, darum erscheint einer der beiden etwas später.
reason_paused = Das Veröffentlichen pausiert, und der Post wartet, bis es weitergeht. Der Admin weiß, warum.
reason_restored = Ich wurde aus einer Sicherung wiederhergestellt, die älter ist als sein Termin; er kann also schon erschienen sein.
reason_backup_disk_full = Der Datenträger ist voll.
reason_backup_disk = Ich kann nicht in den Ordner für Sicherungen schreiben.
reason_backup_tool = Die Datenbank ließ sich nicht sichern.
reason_backup_pooler = DATABASE_URL führt zu einem Pooler; eine Sicherung braucht den Server selbst.
reason_backup_failed = Es ist etwas Unerwartetes passiert.
reason_late = Er war vor Stunden fällig, als ich nichts veröffentlichen konnte.
reason_declined = Er wurde abgelehnt.
reason_not_approved = Niemand hat ihn rechtzeitig freigegeben.
reason_not_posted = Du hast ihn nicht gepostet.
reason_unknown = Instagram hat etwas geantwortet, das ich nicht kenne.

## What the admin can do about it

remedy_feedback_required = Öffne die Instagram-App und sieh nach, ob sie etwas von dir will.
remedy_login_required = Öffne die Instagram-App, bestätige, dass du es warst, und prüf Name und Passwort in den Einstellungen.
remedy_secret_key = Gib dem Bot und allen Publishern denselben SECRET_KEY und starte sie neu.
remedy_bad_password = Prüf INSTAGRAM_USERNAME und INSTAGRAM_PASSWORD in den Einstellungen und starte den Bot neu.
remedy_two_factor = Trag den Schlüssel der Authenticator-App als INSTAGRAM_TOTP_SECRET ein und starte den Bot neu.
remedy_challenge = Öffne die Instagram-App und bestätige dort, dass du es warst.
remedy_consent = Öffne die Instagram-App und beantworte, was sie dich dort fragt.
remedy_selfie = Öffne die Instagram-App, nimm dort das Video auf und warte, bis Instagram es geprüft hat.
remedy_password_reset = Wähl in der Instagram-App ein neues Passwort und gib es mir: in den Einstellungen oder mit /accounts.
remedy_session_ended = Melde dich im Browser neu bei instagram.com an und gib mir die neue sessionid mit /accounts.
remedy_other_account = Melde dich mit diesem Konto bei instagram.com an und gib mir dessen sessionid.
remedy_suspended = Öffne die Instagram-App: Dort steht, warum, und wie du Einspruch einlegst.
remedy_proxy_blocked = Prüf INSTAGRAM_USERNAME, oder nimm einen anderen Proxy.
remedy_proxy_unreachable = Prüf, ob seine Adresse stimmt und ob er läuft, oder wähl einen anderen; dann mach weiter.
remedy_upgrade_needed = Postbote muss aktualisiert werden.

## The bot's own troubles, for the admin

alert_error = ⚠️ Im Bot selbst ist ein Fehler aufgetreten: <code>{ $error_class }</code>. Im Protokoll steht mehr.
alert_restored =
    📦 Ich wurde aus einer Sicherung wiederhergestellt; sie ist { $wait } alt. Was danach geplant, geändert, gelöscht oder veröffentlicht wurde, weiß ich nicht: Bitte sieh /list durch. Was darin noch geplant ist, geht raus, wenn du nicht pausierst. { $count ->
        [one] Seither war ein Post fällig. Ich habe gefragt, ob er auf Instagram ist, und veröffentliche ihn erst, wenn es mir jemand sagt.
       *[other] Seither waren { $count } Posts fällig. Ich habe gefragt, ob sie auf Instagram sind, und veröffentliche sie erst, wenn es mir jemand sagt.
    }{ $others }
alert_restored_in_time = 📦 Ich wurde aus einer Sicherung wiederhergestellt; sie ist { $wait } alt. Was danach geplant, geändert, gelöscht oder veröffentlicht wurde, weiß ich nicht: Bitte sieh /list durch. Was darin noch geplant ist, geht raus, wenn du nicht pausierst. Seither war kein Post fällig.{ $others }
restored_others = { " " }{ $count ->
        [one] Ein Post wartete auf Freigabe, war zurückgehalten, gescheitert oder zum Selberposten übergeben. Er kann seither erschienen sein
       *[other] { $count } Posts warteten auf Freigabe, waren zurückgehalten, gescheitert oder zum Selberposten übergeben. Sie können seither erschienen sein
    }: Sieh auf Instagram nach, bevor du davon etwas rauslässt.
alert_backup_failed = ⚠️ Die Sicherung heute Nacht hat nicht geklappt. { $reason } Einzelheiten stehen im Protokoll; nächste Nacht versuche ich es wieder.
alert_media_away = ⚠️ Fällige Posts müssen warten. { $reason } Sie erscheinen, sobald das vorbei ist.
remedy_media_away = Ist der Medienordner eingehängt, oder läuft der Speicher von MEDIA_URL? Im Protokoll steht mehr dazu.
remedy_disk_full = Bitte schaff Platz auf dem Rechner, der veröffentlicht.
alert_clock_database_ahead = 🕰 Die Uhr der Datenbank geht gegenüber der von Instagram { $wait } vor. Posts richten sich nach ihr und erscheinen entsprechend zu früh. Stell die Uhr des Rechners, auf dem die Datenbank läuft, { -set-clock }.
alert_clock_database_behind = 🕰 Die Uhr der Datenbank geht gegenüber der von Instagram { $wait } nach. Posts richten sich nach ihr und erscheinen entsprechend zu spät. Stell die Uhr des Rechners, auf dem die Datenbank läuft, { -set-clock }.
alert_clock_machine_ahead = 🕰 Die Uhr von <code>{ $host }</code> geht gegenüber der Datenbank { $wait } vor. Posts richten sich nach der Uhr der Datenbank, aber Angaben wie „in 2 Stunden“ werden nach dieser gerechnet. Bitte stell sie, { -set-clock }.
alert_clock_machine_behind = 🕰 Die Uhr von <code>{ $host }</code> geht gegenüber der Datenbank { $wait } nach. Posts richten sich nach der Uhr der Datenbank, aber Angaben wie „in 2 Stunden“ werden nach dieser gerechnet. Bitte stell sie, { -set-clock }.
alert_clock_set_ahead = 🕰 Die Uhr von <code>{ $host }</code> wurde im laufenden Betrieb { $wait } vorgestellt. Geplante Zeiten richten sich nach ihr: Bitte prüf, ob sie jetzt richtig geht.
alert_clock_set_behind = 🕰 Die Uhr von <code>{ $host }</code> wurde im laufenden Betrieb { $wait } zurückgestellt. Geplante Zeiten richten sich nach ihr: Bitte prüf, ob sie jetzt richtig geht.
alert_sweep = ⚠️ { $process } hat seit { $wait } nicht mehr nach fälligen Posts gesehen, sie können sich verspäten. Wenn das so bleibt, starte ihn neu.
alert_nobody_publishes = ⚠️ Niemand veröffentlicht: Es läuft kein Publisher, und fällige Posts warten. Starte einen mit <code>python -m publisher</code>, oder setz <code>PUBLISH_IN_BOT=true</code>.
alert_overdue =
    ⚠️ { $count ->
        [one] Ein Post hätte schon vor Minuten erscheinen sollen, und ich kenne nichts, was ihn aufhält
       *[other] { $count } Posts hätten schon vor Minuten erscheinen sollen, und ich kenne nichts, was sie aufhält
    }: { $posts }. Im Protokoll steht mehr.
alert_disk = ⚠️ Die Festplatte von <code>{ $host }</code> ist fast voll: noch { $free } MB frei. Unter { $floor } MB nehme ich keine neuen Medien an. Was schon geplant ist, erscheint trotzdem.
alert_silent = ⚠️ { $process } hat seit { $wait } kein Lebenszeichen gegeben. Wenn du ihn für immer abgeschaltet hast, ist nichts zu tun.
alert_ending = 🔑 Die Sitzung von <b>{ $account }</b> endet spätestens am { $until }: Länger als ein Jahr behält ein Browser sie nicht. Bitte gib mir vorher eine neue. Melde dich in einem privaten Fenster bei instagram.com an und tipp dann auf der Karte des Kontos in /accounts auf „Zugang erneuern“.
alert_ending_key = 🔑 An die Medien komme ich mit <code>AWS_SESSION_TOKEN</code>, und ein solcher Schlüssel läuft ab, bei Amazon nach höchstens 36 Stunden. Dann warten Posts auf ihre Medien. Bitte gib mir einen dauerhaften Schlüssel oder dem Rechner eine Rolle.
alert_and_more = … und { $count } weitere
alert_event = Im Protokoll: <code>{ $event }</code>
process_bot = Der Bot auf <code>{ $host }</code>
process_publisher = Der Publisher auf <code>{ $host }</code>
status_head = <b>Status</b> · { $time }
status_well = ✅ Soweit ich weiß, ist alles in Ordnung.
status_wrong = ⚠️ { $count ->
        [one] Eine Sache stimmt nicht.
       *[other] { $count } Sachen stimmen nicht.
    }
status_button_refresh = 🔄 Aktualisieren
status_accounts = <b>Konten</b>
status_account_well = ✅ <b>{ $account }</b>: angemeldet seit { $since }
status_account_ends = ✅ <b>{ $account }</b>: angemeldet seit { $since }, bis spätestens { $ends }
status_account_unknown = ▫️ <b>{ $account }</b>: noch nicht angemeldet. Das geschieht mit dem ersten Post.
status_account_logs_in = 🔑 <b>{ $account }</b>: Die Sitzung ist beendet, ich melde mich neu an
status_account_asked = 🔐 <b>{ $account }</b>: Zum Anmelden fehlt deine Antwort. Die Frage steht in diesem Chat.
status_account_by_hand = ✋ <b>{ $account }</b>: von Hand
status_account_on_request = ⏸ <b>{ $account }</b>: pausiert, bis jemand /resume schreibt
status_account_on_request_until = ⏸ <b>{ $account }</b>: pausiert bis { $until }
status_account_paused = ⏸ <b>{ $account }</b>: pausiert, bis jemand es fortsetzt. { $reason }
status_account_paused_until = ⏸ <b>{ $account }</b>: pausiert bis { $until }. { $reason }
status_posts = <b>Posts</b>
status_queue = 📬 { $planned } geplant · { $due } fällig · { $overdue } verspätet
status_posts_unconfirmed = ❓ { $count ->
        [one] { $count } unbestätigt: Ich prüfe, ob er zu sehen ist
       *[other] { $count } unbestätigt: Ich prüfe, ob sie zu sehen sind
    }
status_posts_awaiting_approval = 🔔 { $count ->
        [one] { $count } wartet auf Freigabe
       *[other] { $count } warten auf Freigabe
    }
status_posts_handed_over = ✋ { $count } zum Selberposten übergeben
status_posts_held = ✋ { $count } zurückgehalten, bis du entscheidest
status_posts_failed = ❌ { $count } gescheitert, siehe /list
status_processes = <b>Prozesse</b>
status_process_own = ⚙️ { $process }, dieser hier, gestartet { $started },
status_process_other = ⚙️ { $process }, zuletzt gesehen { $seen },
status_process_silent = ⚠️ { $process }, <b>zuletzt gesehen { $seen }</b>
status_process_unknown = ▫️ Noch kein Lebenszeichen: Das erste kommt innerhalb einer Minute.
status_sweep = { " " }sieht alle { $every } nach fälligen Posts, zuletzt { $swept }
status_sweep_none = { " " }hat noch nicht nach fälligen Posts gesehen
status_sweeps_not = { " " }veröffentlicht nicht
status_system = <b>System</b>
status_database = 🗄 Die Datenbank hat in { $milliseconds } ms geantwortet
status_polling = ✈️ Telegram ist verbunden, Nachrichten werden abgeholt
status_webhook = ✈️ Telegram ist verbunden, Nachrichten kommen per Webhook
status_disk = 💾 <code>{ $host }</code>: { $free } GB frei
status_messages = ✉️ { $outgoing } noch zu senden · { $incoming } noch zu bearbeiten
status_parked = 🔇 { $count } unzustellbar
alert_over_sweep = ✅ { $process } sieht wieder nach fälligen Posts.
alert_over_nobody_publishes = ✅ Es ist wieder ein Publisher bei der Arbeit.
alert_over_overdue = ✅ Kein Post ist mehr ohne Grund verspätet.
alert_over_disk = ✅ Auf der Festplatte von <code>{ $host }</code> ist wieder Platz.
alert_over_clock = 🕰 Die Uhr, die falsch ging, geht wieder richtig.
alert_over_silent = ✅ { $process } ist wieder bei der Arbeit.
alert_over_ending = ✅ Die Sitzung von <b>{ $account }</b> ist erneuert.
alert_over_ending_key = ✅ An die Medien komme ich jetzt mit einem dauerhaften Schlüssel.
alert_over_account_paused = ▶️ Für <b>{ $account }</b> wird wieder veröffentlicht.
alert_over_media_away = ✅ Das ist vorbei: Was warten musste, erscheint jetzt.
alert_blocked = 🔇 Wer Post { $id } geplant hat, nimmt keine Nachrichten von mir an: <code>{ $reason }</code>. Ich hebe auf, was ich zu sagen habe, bis es wieder geht.
alert_undeliverable = 🔇 Telegram hat meine Nachricht zu Post { $id } abgelehnt: <code>{ $reason }</code>. /list zeigt, wie es um ihn steht.
alert_dead_letter = ⚠️ Eine Nachricht konnte ich auch nach mehreren Versuchen nicht bearbeiten: <code>{ $error_class }</code>. Ich habe sie beiseitegelegt; im Protokoll steht mehr. { $told }
dead_letter_told = Wer sie geschickt hat, weiß Bescheid.
dead_letter_untold = Wer sie geschickt hat, war nicht zu erreichen.
alert_orphaned = ⚠️ Für <b>{ $reason }</b> sind Posts geplant, aber das Konto steht nicht mehr in den Einstellungen; niemand wird sie veröffentlichen. Trag es wieder ein, oder sieh in /list nach: Dort lassen sich die Posts löschen oder zum Selberposten übergeben.
alert_admin_chat_moved = ⚠️ Diese Gruppe ist eine Supergruppe geworden und hat eine neue ID. Bis <code>ADMIN_CHAT_ID={ $reason }</code> in den Einstellungen steht und der Bot neu gestartet ist, hörst du hier von Fehlschlägen, aber Anweisungen des Admins nehme ich nicht an.
alert_database_was_away = ⚠️ Die Datenbank hat { $wait } lang nicht geantwortet. Nachrichten haben bei Telegram gewartet; jetzt läuft alles wieder.
alert_second_poller = ⚠️ Ein anderer Prozess holt mit demselben Token die Nachrichten dieses Bots ab. Beende einen der beiden; bis dahin kommen Antworten vielleicht verzögert.
alert_joined = 👋 <b>{ $name }</b> ist jetzt im Team (Rolle: { $role }). Die falsche Person? Unter /team kannst du sie entfernen.
alert_held =
    ✋ <b>{ $name }</b> (<code>{ $person }</code>) darf hier nichts mehr planen. { $count ->
        [one] Darum halte ich den einen Post zurück, den diese Person geplant hat, Post { $id }. Was soll mit ihm geschehen?
       *[other] Darum halte ich die { $count } Posts zurück, die diese Person geplant hat, als ersten Post { $id }. Was soll mit ihnen geschehen?
    }

    Lässt du diese Person wieder planen (mit /team oder der ID in ALLOWED_USER_IDS), geht alles von selbst weiter. /list zeigt, was zurückgehalten wird.
alert_disk_trouble = ⚠️ Ich konnte eine Datei nicht speichern: <code>{ $reason }</code>. Wer sie geschickt hat, wurde gebeten, sie noch einmal zu schicken. Bitte sieh nach der Festplatte.

## Who is in, and invitations

help_team = /team – wer was darf, und Einladungen
team_title = <b>Team</b>
team_no_account_given = Hier gibt es kein Konto, für das du posten darfst. Bitte die Leitung dieses Bots, dir mit /team eines zu geben.
team_not_seen = noch nie hier (ID { $id })
team_person = <b>{ $name }</b> · { $role } · { $accounts } · { $since }
team_since = seit { $day }
team_invited_by = Eingeladen von { $name }.
team_by_settings = durch die Einstellungen
team_all_accounts = alle Konten
team_no_account = kein Konto
team_accounts = { $count } Konten
team_link = 🔗 Einladung: { $role } · { $accounts } · offen bis { $time }
team_admin = <i>Wer den Admin-Chat leitet, gehört auch zur Leitung.</i>
team_may_owner = darf alles: die Posts von allen, alle Konten und dieses Team
team_may_editor = plant, sieht und ändert die Posts von allen für die eigenen Konten, und gibt frei, was andere planen
team_may_author = plant Posts für die eigenen Konten, sieht und ändert nur die eigenen Posts
team_may_viewer = sieht, was für die eigenen Konten geplant ist, und ändert nichts
team_role_line = <b>{ $role }</b>: { $may }
team_is_admin = Durch ADMIN_CHAT_ID gehört diese Person zur Leitung. Das lässt sich nur in den Einstellungen ändern.
team_allowed = ALLOWED_USER_IDS lässt diese Person herein.
team_let_in_anyway = ⚠️ Du hast diese Person entfernt, aber ALLOWED_USER_IDS lässt sie noch herein: Sie kann für alle Konten Posts planen. Soll sie draußen bleiben, nimm ihre ID aus den Einstellungen und starte den Bot neu.
team_ask_role = Welche Rolle soll <b>{ $name }</b> haben?
team_invite_as = Welche Rolle soll die Person haben, die du einlädst?
team_invite_for = Für welche Konten soll die Person arbeiten, die du einlädst? Bis jetzt: { $accounts }.
team_ask_accounts = Für welche Konten soll <b>{ $name }</b> arbeiten? Jetzt: { $accounts }.
team_ask_how_long = Die Rolle: <b>{ $role }</b>, für { $accounts }. Wie lange soll der Link gelten? Er lässt eine Person herein.
team_ask_remove = <b>{ $name }</b> aus dem Team entfernen? Der Zugang endet sofort. Was diese Person geplant hat, halte ich zurück, bis du darüber entscheidest.
team_ask_remove_allowed = <b>{ $name }</b> aus dem Team entfernen? ALLOWED_USER_IDS lässt diese Person danach noch herein, und sie kann für alle Konten Posts planen, bis du ihre ID aus den Einstellungen nimmst.
team_removed = <b>{ $name }</b> ist nicht mehr im Team.
team_gone = Das hat sich inzwischen geändert. So sieht das Team jetzt aus.
team_link_is_secret = Den Link selbst kann ich nicht noch einmal zeigen. Ist er verloren gegangen, zieh die Einladung zurück und mach eine neue.
team_link_is_below = Unten steht die Einladung. Leite sie an die Person weiter, für die sie ist.
team_link_is_private = Die Einladung steht in deinem privaten Chat mit mir. Leite sie an die Person weiter, für die sie ist.
team_no_private_chat = Ich kann dir den Link nicht privat schicken, darum gibt es keine Einladung. Öffne zuerst einen privaten Chat mit mir, und benutze /team unter deinem Namen, nicht als anonymer Admin.
team_withdrawn = Die Einladung ist zurückgezogen.
team_link_was_used = Zu spät: Mit diesem Link ist schon jemand dazugekommen. Hier kannst du das ändern.
team_invitation =
    💌 Du bist in ein Team eingeladen, das mit mir Instagram-Posts plant. Deine Rolle: <b>{ $role }</b>, für { $accounts }.

    Öffne diesen Link und tipp auf <i>Starten</i>: { $link }

    Er gilt einmal, bis { $time }.
team_button_invite = ➕ Jemanden einladen
team_button_role = Rolle
team_button_accounts = Konten
team_button_remove = Entfernen
team_button_remove_sure = Ja, entfernen
team_button_keep = Nein, behalten
team_button_withdraw = Zurückziehen
team_button_link = 🔗 { $role }
team_button_all = Alle Konten
team_button_next = Weiter ›
team_button_back = ‹ Team
team_button_days = { $count ->
        [one] 1 Tag
       *[other] { $count } Tage
    }
team_welcome =
    👋 Willkommen, { $name }! Du bist dabei. Deine Rolle: <b>{ $role }</b>, für { $accounts }.

    { $may } /help erklärt den Rest.
team_welcome_owner = Du darfst alles: Schick mir ein Foto oder ein Video, um einen Post zu planen. /list zeigt die Posts von allen, /team, wer was darf.
team_welcome_editor = Schick mir ein Foto oder ein Video, um einen Post zu planen. /list zeigt die Posts von allen: Du kannst sie alle ändern und freigeben, was andere planen.
team_welcome_author = Schick mir ein Foto oder ein Video, um einen Post zu planen. /list zeigt deine Posts, und du kannst sie ändern.
team_welcome_viewer = /list zeigt, was geplant ist.
team_role_is_now = 👋 Deine Rolle hier ist jetzt: <b>{ $role }</b>. { $may }
team_link_joined = Diese Einladung gilt. Bitte öffne den Link noch einmal.
team_link_already_in = Du bist schon dabei, die Einladung gilt also weiter für jemand anderen. /help zeigt, was du tun kannst.
team_link_used = Diese Einladung ist schon benutzt worden: Jede lässt eine Person herein, einmal. Bitte die Person, die sie dir geschickt hat, um eine neue. Deine Telegram-ID ist <code>{ $id }</code>.
team_link_expired = Diese Einladung ist abgelaufen. Bitte die Person, die sie dir geschickt hat, um eine neue. Deine Telegram-ID ist <code>{ $id }</code>.
team_link_withdrawn = Diese Einladung wurde zurückgezogen. Wenn das ein Versehen ist, frag die Person, die sie dir geschickt hat. Deine Telegram-ID ist <code>{ $id }</code>.
team_link_unknown = Diesen Link kenne ich nicht. Vielleicht fehlt ein Stück: Tipp ihn an, statt ihn abzuschreiben, oder bitte um einen neuen. Deine Telegram-ID ist <code>{ $id }</code>.
team_link_later = Ich kann diesen Link gerade nicht prüfen. Bitte öffne ihn in ein paar Minuten noch einmal.

## In the terminal: postbote setup

cli_yes = j, ja
cli_about = Startet den Bot oder einen der Befehle unten. Mit --sandbox: ganz ohne Konto.
cli_usage = Aufruf:
cli_help = diese Hilfe zeigen
cli_arguments = was dazugehört
cli_options = Optionen
cli_commands = Befehle
cli_not_understood = Das lässt sich nicht verstehen ({ $reason }). „{ $command } --help“ erklärt es.
cli_sandbox = auf diesem Rechner ausprobieren, ohne Konto
cli_sandbox_tour = mit --sandbox: eine Geschichte im Terminal vorspielen
cli_sandbox_port = mit --sandbox: der Port der Seite
cli_sandbox_folder = mit --sandbox: wo Chat, Profil und Posts liegen
cli_wrong_port = ein Port ist eine Zahl bis 65535
cli_help_run = führt den Bot mit den vorhandenen Einstellungen aus, bis er beendet wird
cli_help_setup = fragt nach den fünf Einstellungen, prüft jede und schreibt sie in .env
cli_help_check = sagt Zeile für Zeile, ob alles da ist, was der Bot braucht
cli_help_backup = schreibt Datenbank, Medien und Schlüssel in eine Datei; der Bot darf laufen
cli_help_rollback = bringt die Datenbank auf einen Stand, den eine ältere Version lesen kann
cli_help_export = schreibt Posts als CSV und JSON samt Medien in einen Ordner
cli_help_restore = stellt eine Sicherung in leerer Datenbank und leerem Ordner wieder her
cli_backup_file = die Datei, die entstehen soll
cli_restore_file = eine Datei, die postbote backup geschrieben hat
cli_export_user = wessen Posts, als Telegram-ID; sonst die von allen
cli_export_folder = ein Ordner, den es noch nicht gibt
cli_rollback_revision = die Nummer, mit der die letzte Datei der älteren Version in storage/migrations/versions beginnt; sonst der Stand vor der letzten Aktualisierung
cli_broken_off = Abgebrochen. Es bleibt nichts Halbfertiges zurück.
cli_backup_done = { $file } ist vollständig: { $size } MB, { $count ->
        [one] 1 Mediendatei
       *[other] { $count } Mediendateien
    }.
cli_backup_without_key = SECRET_KEY ist nicht dabei, er steht in deinen Einstellungen. Heb ihn ebenfalls auf.
cli_backup_lost = { $count ->
        [one] Eine Mediendatei, die ein Post braucht, war schon vorher weg und fehlt darum.
       *[other] { $count } Mediendateien, die Posts brauchen, waren schon vorher weg und fehlen darum.
    }
cli_backup_encrypted = Sie ist mit BACKUP_PASSPHRASE verschlüsselt.
cli_backup_open = Sie ist nicht verschlüsselt, und wer sie liest, hat deine Passwörter. Für die nächste setz BACKUP_PASSPHRASE.
cli_export_done = { $folder } ist geschrieben, mit { $posts ->
        [one] 1 Post
       *[other] { $posts } Posts
    } und { $media ->
        [one] 1 Mediendatei
       *[other] { $media } Mediendateien
    }.
cli_export_incomplete = { $count ->
        [one] Von einem Post sind die Medien nicht mehr da.
       *[other] Von { $count } Posts sind die Medien nicht mehr da.
    }
cli_restored = Wiederhergestellt, Stand { $when }, mit { $count ->
        [one] 1 Mediendatei
       *[other] { $count } Mediendateien
    }.
cli_restored_without_key = Der Schlüssel der Sicherung war ein SECRET_KEY in den Einstellungen. Setz ihn vor dem ersten Start.
cli_restored_another_key = Dein SECRET_KEY ist ein anderer. Setz für den ersten Start SECRET_KEY_OLD auf das, was in { $file } steht.
cli_restored_damaged = { $count ->
        [one] Eine Mediendatei war schon vor der Sicherung beschädigt und fehlt darum.
       *[other] { $count } Mediendateien waren schon vor der Sicherung beschädigt und fehlen darum.
    }
cli_restored_asked = { $count ->
        [one] Seither war ein Post fällig. Wer ihn geplant hat, wird gefragt, ob er auf Instagram ist.
       *[other] Seither waren { $count } Posts fällig. Wer sie geplant hat, wird gefragt, ob sie auf Instagram sind.
    }
cli_restored_next = Was seit der Sicherung geschehen ist, weiß niemand. Starte den Bot, und sieh /list durch: Was noch geplant ist, geht raus.
cli_rollback_ask =
    Die Datenbank hat die Revision { $current }. Die letzte Sicherung von vor einer Aktualisierung ist von { $when }
    und hat die Revision { $revision }: { $count ->
        [one] ein Schritt
       *[other] { $count } Schritte
    } zurück. Was neuere Versionen seither hinzugefügt haben, geht dabei verloren.
    Hast du seither ohne Sicherung aktualisiert, sag Nein und nenn die Revision. Zurück zu { $revision }? (j/N)
cli_rollback_done = Die Datenbank hat die Revision { $revision }. Starte die Version, die dazu gehört.
setup_welcome =
    Richten wir Postbote ein. Es sind fünf Fragen, und jede Antwort wird sofort geprüft.
    Mit Strg-C kannst du jederzeit aufhören: Was bis dahin stimmt, bleibt erhalten.
setup_file_exists = Hier gibt es schon eine { $file }. Ihre fünf Einstellungen durchgehen? Alle anderen Zeilen bleiben, wie sie sind. (j/N)
setup_file_unfinished = Hier gibt es schon eine { $file }. Dort weitermachen, wo sie steht? Alle anderen Zeilen bleiben, wie sie sind. (J/n)
setup_file_left = { $file } bleibt, wie sie ist.
setup_broken_off = Abgebrochen. Was gestimmt hat, steht in { $file }; „postbote setup“ macht dort weiter.
setup_stopped = Abgebrochen. Geschrieben ist noch nichts.
setup_not_utf8 = { $file } ist nicht in UTF-8. Speichere sie in deinem Editor als UTF-8 und versuch es noch einmal.
setup_file_trouble = { $file } lässt sich nicht lesen oder schreiben: { $reason }. Starte das in einem eigenen Ordner.
setup_prompt = { $name }:
setup_prompt_or = { $name } (Enter für { $present }):
setup_prompt_keep = { $name } (Enter behält den bisherigen Wert):
setup_needed = Das fehlt noch.
setup_take_unchecked = Ungeprüft übernehmen? Bei Nein kannst du es noch einmal versuchen. (j/N)
setup_ask_telegram_bot_token =
    { $number } von { $count }. Das Token des Bots. Schreib in Telegram /newbot an @BotFather, such einen Namen
    aus und füg das Token hier ein. Es wird dabei nicht angezeigt.
setup_wrong_token = Das ist kein Token. Es sieht aus wie 123456:ABC-DEF und steht in der Antwort von @BotFather unter „Use this token“.
setup_token_refused = Telegram kennt dieses Token nicht. Kopier es noch einmal von @BotFather: /mybots, dann dein Bot, dann API Token.
setup_telegram_away = Telegram ist gerade nicht erreichbar ({ $reason }). Ist dieser Rechner online?
setup_bot_is = Das ist „{ $name }“, @{ $username }.
setup_write_to_bot = Öffne jetzt https://t.me/{ $username } auf deinem Handy und tipp auf Starten, damit der Bot dir schreiben darf.
setup_ask_allowed_user_ids =
    { $number } von { $count }. Wer darf Posts planen? Telegram-IDs, mit Kommas dazwischen.
    Alle anderen kannst du später mit /team im Chat einladen.
setup_has_written = { $name } ({ $id }) hat dem Bot geschrieben.
setup_nobody_wrote = In letzter Zeit hat niemand dem Bot geschrieben. Tipp in seinem Chat auf Starten oder schreib ihm ein Wort, dann drück Enter.
setup_fetched_elsewhere = Ein anderes Programm oder ein Webhook bekommt die Nachrichten an diesen Bot; darum sehe ich nicht, wer ihm geschrieben hat. Beende das, schreib dem Bot ein Wort und drück Enter, oder tipp die ID ein.
setup_wrong_people = Das sind keine IDs von Personen. Eine ID ist eine Zahl wie 123456789; schreib dem Bot und drück Enter, dann siehst du deine.
setup_person_is = { $id } ist { $name }.
setup_person_unknown = { $id } hat dem Bot noch nicht geschrieben. Das macht nichts, wenn die Zahl stimmt.
setup_ask_admin_chat_id =
    { $number } von { $count }. Welcher Chat soll von Fehlschlägen erfahren? Wer ihn leitet, leitet auch den Bot.
    Nimm fürs Erste deine eigene ID. Oder nimm den Bot in eine Gruppe auf und gib deren ID an, die negativ ist.
setup_group_is = Die Gruppe „{ $name }“ hat die ID { $id }.
setup_wrong_chat = Das ist keine ID eines Chats: Sie ist eine Zahl, bei einer Gruppe eine negative.
setup_chat_is_bot = Das ist der Bot selbst. Nimm deine eigene ID.
setup_chat_is_channel = Das ist ein Kanal, und alle Abonnenten hätten die Knöpfe des Admins. Nimm deine eigene ID oder die einer Gruppe.
setup_chat_unknown = Der Bot darf { $id } noch nicht schreiben. Öffne in Telegram seinen Chat, tipp auf Starten und versuch es noch einmal; und prüf die Zahl.
setup_group_unknown = Der Bot ist nicht in der Gruppe { $id }. Nimm ihn dort auf und versuch es noch einmal; und prüf die Zahl, samt Minuszeichen.
setup_admin_is_person = { $name } erfährt von Fehlschlägen und leitet den Bot.
setup_admin_is_group = Die Gruppe „{ $name }“ erfährt von Fehlschlägen; ihre Admins leiten den Bot.
setup_ask_instagram_username = { $number } von { $count }. Der Name des Instagram-Kontos, ohne @.
setup_wrong_account = Das ist kein Name eines Kontos. Er besteht nur aus Buchstaben, Ziffern, Punkten und Unterstrichen und ist keine E-Mail-Adresse.
setup_ask_instagram_password = { $number } von { $count }. Das Passwort dazu. Es wird beim Tippen nicht angezeigt und bleibt auf diesem Rechner.
setup_wrong_password = Für ein Instagram-Passwort ist das zu kurz.
setup_environment_counts = { $name } steht auch in der Umgebung, mit einem anderen Wert, und der zählt. Nimm { $name } dort heraus.
setup_written = Alle fünf stehen in { $file }, und nur du kannst sie lesen.
setup_taken_over = { $name }={ $value } steht auch darin, von diesem Rechner übernommen. Du kannst es dort ändern.
setup_about_login =
    Postbote kann sich jetzt einmal bei Instagram anmelden und mit dieser Sitzung weitermachen. Vielleicht will
    Instagram einen Code oder warnt dich; melde dich vorher aus diesem Netz in der App an, dann ist der Ort nicht neu.
    Bei Nein meldet sich Postbote vor dem ersten Post selbst an und fragt im Admin-Chat.
setup_log_in_now = Jetzt anmelden? (j/N)
setup_logging_in = Ich melde mich an. Das dauert einen Moment …
setup_logged_in = ✓ { $account } ist angemeldet. Postbote macht mit dieser Sitzung weiter.
setup_logged_in_already = ✓ { $account } ist schon angemeldet, also lasse ich es dabei.
setup_ask_code = Der Code (Enter, um ihn später im Admin-Chat anzugeben):
setup_login_open = { $account } ist nicht angemeldet, und von mir aus versuche ich es nicht noch einmal. Starte Postbote: Im Admin-Chat steht dann, was zu tun ist.
setup_login_later = { $account } ließ sich gerade nicht anmelden. Starte Postbote: Er versucht es noch einmal und sagt im Admin-Chat, wie es ausging.
setup_done = Starte ihn jetzt, je nachdem, wie du ihn installiert hast: „postbote run“, „docker compose up --detach“ oder „systemctl enable --now postbote“. „postbote check“ sagt dir, ob alles stimmt.

## In the terminal: postbote check

check_said = { $sentence }
check_setup = „postbote setup“ fragt nach dem, was fehlt, und prüft jede Antwort.
check_settings = Einstellungen: vollständig.
check_readers = { $file } enthält Geheimnisse, und andere Konten dieses Rechners können sie lesen oder ändern: chmod 600 { $file }
check_database = Datenbank: PostgreSQL { $version } antwortet, und die Tabellen sind auf dem neuesten Stand.
check_database_old = Datenbank: PostgreSQL { $version } antwortet; der nächste Start bringt die Tabellen auf den neuesten Stand.
check_database_new = Datenbank: Der erste Start legt eine in { $folder } an.
check_runs = Postbote läuft.
check_runs_not = Postbote läuft nicht.
check_account = { $account }: angemeldet.
check_account_by_hand = { $account }: Du veröffentlichst von Hand.
check_account_not_yet = { $account }: noch nicht angemeldet; das macht Postbote, sobald es etwas zu tun hat.
check_account_paused = { $account }: auf Wunsch pausiert. /resume beendet das.
check_account_rests = { $account }: pausiert bis { $until }. { $why }
check_account_waits = { $account }: wartet auf dich. { $why }
check_account_key = { $account }: SECRET_KEY passt nicht zu Passwort und Sitzung, wie sie gespeichert sind. Setz den früheren Schlüssel wieder ein, oder DATA_DIR/secret.key.
check_media = Medien: { $folder } ist da.
check_media_away = Medien: In { $folder } liegt keine der { $count } Dateien, die geplante Posts brauchen. Ist der Ordner eingehängt?
check_media_store = Medien: { $why }
check_media_new = Medien: Der erste Start legt { $folder } an.
check_media_closed = Medien: Postbote darf in { $folder } nicht schreiben. Der Ordner muss dem Benutzer gehören, der Postbote ausführt.
check_telegram = Telegram: Das Token gehört @{ $username }.
check_polling = Telegram: Nachrichten werden abgeholt; es warten { $count }.
check_webhook = Telegram: Nachrichten gehen an { $host }; es warten { $count }.
check_webhook_fails = Telegram kann { $host } keine Nachrichten zustellen: { $reason }. Es warten { $count }.
check_webhook_other = Telegram: Nachrichten kommen noch nicht so an, wie WEBHOOK_URL es sagt; der nächste Start ändert das.
check_admin_chat = Admin-Chat: { $name }.
check_clock = Uhr: wie die von Telegram.
check_clock_unknown = Uhr: Der Server sagt nicht, wie spät es ist.
check_clock_wrong = Uhr: { $seconds } Sekunden daneben. Lass diesen Rechner sie selbst stellen: timedatectl set-ntp true
check_disk = Festplatte: { $free } GB sind frei für { $folder }.
check_disk_closed = Festplatte: Postbote darf in { $folder } nicht schreiben. Der Ordner muss dem Benutzer gehören, der Postbote ausführt.
check_disk_full = Festplatte: Nur { $free } GB sind frei für { $folder }, und { $floor } GB müssen frei bleiben. Mach Platz, oder senke MIN_FREE_DISK_MB.
check_backups = Sicherungen: Die neueste von { $count } in { $folder } ist von { $when }.
check_log = Log: { $file }.
check_log_closed = Log: Postbote darf { $file } nicht schreiben. Ändere LOG_FILE, oder gib die Datei dem Benutzer, der Postbote ausführt.
check_backups_new = Sicherungen: In { $folder } liegt noch keine. Postbote macht jede Nacht eine.
check_backups_old = Sicherungen: Die neueste in { $folder } ist von { $when }, und die von letzter Nacht fehlt. Postbote holt sie bald nach einem Start nach, oder der Admin-Chat weiß, warum nicht.
check_backups_away = Sicherungen: Postbote darf in { $folder } nicht schreiben, oder den Ordner gibt es nicht. Ist er eingehängt?
check_ffmpeg = Videos: { $name } ist da.
check_ffmpeg_missing = Videos: Es gibt kein ffmpeg. Installiere Postbote noch einmal mit allen Paketen.
check_proxy = Proxy: Er ist erreichbar.

## How moments are written (patterns of the CLDR)

pattern_day = EEE d. MMM
pattern_day_year = EEE d. MMM y
pattern_weekday_and_day = EEE d.
pattern_clock = HH:mm

## What people may type instead of tapping: words that mean the same as a button

typed_photo = foto, bild
typed_video = video, clip, film
typed_reel = reel, reels
typed_story = story, stories, storys
typed_carousel = album, karussell
typed_stories = stories, storys, mehrere storys, storys nacheinander, stories nacheinander
typed_skip = -, ohne, keine, keins, nein, überspringen, weiter
typed_keep = ok, behalten, nehmen, ja, passt
typed_yes = ok, okay, ja, j, planen, einplanen
typed_sure = ja, j
typed_back = zurück, zurueck
typed_no = nein
typed_add = dazu, hinzufügen, ergänzen
typed_cancel = abbrechen, verwerfen
typed_delete = löschen, lösche, lösch, entfernen, entferne
typed_now = jetzt, sofort
typed_account = konto, account, profil
typed_type = typ, art
typed_caption = text, beschriftung, bildtext, neuer text, anderer text, neuen text, anderen text
typed_hashtags = hashtags, hashtag, tags, mehr hashtags, andere hashtags, neue hashtags
typed_crop = zuschneiden, beschneiden, schneiden
typed_blur = unscharf, verschwommen
typed_white = weiß, weiss
typed_black = schwarz
typed_left = links
typed_right = rechts
typed_up = oben, hoch
typed_down = unten, runter
typed_first = anfang, erste
typed_last = ende, letzte, schluss
typed_automatic = auto, automatisch
typed_fit = format, ausschnitt, rahmen
typed_trim = länge, laenge, kürzen, teil
typed_cover = titelbild, vorschaubild
typed_order = reihenfolge, anordnung
typed_slots = slots, freie slots, plätze, freie plätze
typed_daily = täglich, jeden tag
typed_one_by_one = einzeln, nacheinander, einzeln durchgehen
typed_as_one = zusammen, als ein post, als eines
typed_same_caption = gleicher text, text für alle
typed_separate = getrennt, einzelne posts, als einzelne posts
typed_earlier = vor, davor, weiter vor
typed_later = danach, dahinter, weiter zurück
typed_to_front = to front, nach vorn, ganz nach vorn, vorn
typed_remove = entfernen, herausnehmen, raus, löschen
typed_other = anderes, ein anderes
typed_done = fertig
typed_time = zeit, uhrzeit, termin, datum, verschieben, neue zeit, anderer termin, neuer termin
typed_media = medien, ersetzen, ersetze es, ersetze das, foto ersetzen, bild ersetzen, video ersetzen, anderes foto, anderes bild, anderes video, neues foto, neues bild, neues video, foto ändern, bild ändern, video ändern, foto austauschen, bild austauschen, video austauschen, foto tauschen, bild tauschen, video tauschen

## What people say around it

# Of several posts, one on each day
said_daily = jeden tag, täglich, jeden tag einen, jeden tag eins, einen pro tag, eins pro tag, pro tag einen, pro tag eins
# What people call commands behind a slash, and their names
said_commands = geplant: list, plan: list, kalender: list, heute: list, bearbeiten: list, ändern: list, woche: list slots, entwürfe: drafts, löschen: delete, abbrechen: cancel, abbruch: cancel, beenden: cancel, ende: cancel, verwerfen: cancel, stopp: cancel pause, zeitzone: timezone, zeit: slots, zeiten: slots, sprache: language, konten: accounts, konto: accounts, anmelden: accounts, passwort: accounts, leute: team, einladen: team, gruppe: group, zustand: status, einstellungen: timezone slots language accounts team, optionen: timezone slots language accounts team, pausieren: pause, weiter: resume, fortsetzen: resume
# What people call, there, a command that a new post does not need
said_new_post = neu, neuer post, posten, hochladen, erstellen, planen, veröffentlichen, foto, bild, storys
# The next free slot
said_next_free = nächster freier Slot, nächsten freien Slot, nächster Slot, nächsten Slot, im nächsten freien Slot, in die Warteschlange
# Weekly slots, such as "mo-fr 9, wochenende 11"
said_every_day = täglich, jeden Tag, jeder Tag, alle Tage, die ganze Woche
said_working_days = werktags, wochentags, werktage, Werktagen, Arbeitstage, Arbeitstagen, unter der Woche
said_weekend = Wochenende, am Wochenende, Wochenenden
said_no_slots = keine, kein, keine Slots, keine mehr, nichts, ohne, aus, leer, löschen, alle löschen, zurücksetzen
said_until = bis
said_around_slots = um, am, an, in der, von, und, jeden, je, jeweils, immer, wöchentlich, jede Woche, Uhr, bitte
said_note = Notiz, Anmerkung
said_fillers = bitte, ändere, ändern, den, die
said_negations = nein, nee, nö, kein, keine, keinen, keins, nicht, nichts, ohne
said_niceties = danke, dir, lieber, ich, will, brauche, dazu, diesmal, text, hashtag, hashtags, tags, bildtext, titel, beschriftung, nötig, hier
said_asides = stopp, fertig, später, leer, egal, keine ahnung, weiß nicht, ich weiß nicht, mach weiter, löschen, lösche, senden, was, leer lassen, keiner, lassen, wie vorher, wie bisher, nimm, sieht gut aus, überspring, hä, planen, plan ihn, plan es, plan das, vergiss es, weg damit, brich ab, raus damit, was nun, und nun, was jetzt, warte
# How a post is named by its number: “Post 3”
said_post = post, beitrag
said_list = liste, meine liste, was ist geplant, geplante posts, meine posts, übersicht, was kommt als nächstes, was kommt als nächster, wann kommt der nächste post, was steht an, zeig meine posts, zeige meine posts, zeig mir meine posts
said_help = hilfe, hilf mir, wie, wie geht das, wie funktioniert das, wie geht es, was kannst du, was kann ich tun, was kann ich machen, befehle
said_greetings = hallo, hallöchen, hi, hey, moin, moin moin, servus, huhu, grüezi, hallo bot, hi bot, hey bot, moin bot, hallo du, bist du da, bist du noch da, jemand da, ist da jemand, hallo jemand da, wer bist du
said_small_talk = danke, dankeschön, dank, merci, super, ok, okay, oki, passt, prima, klasse, toll, top, perfekt, cool, gut, spitze, genial, geil, wunderbar, klar, mega, hammer, läuft, gerne, 👍, 👌, 🙏
said_beside_small_talk = vielen, herzlichen, tausend, dir, euch, sehr, so, das, ist, war, sieht, aus, ja, na, dann, alles, und, echt, wirklich, ganz, schön, gemacht, bestens
said_later = später, früher, eher, vorher, zuvor, davor
said_pointers = text, das, den, dies, diesen, dieses, es, mal, ein, eine, als, mir
said_taken_away = weg, raus, leeren, streichen, streich
said_around_hashtags = und, plus, die, bitte, mit, stattdessen, nur
said_adding = dazu, auch, noch, und, plus
said_more = mehr, noch mehr, weitere, zusätzliche
said_wishes = löschen, lösche, lösch, entfernen, entferne, ändern, ändere, tauschen, tausche, ersetzen, ersetze, nehmen, nimm, verschieben, verschiebe, verschieb, abbrechen, veröffentlichen, veröffentliche, posten, poste, planen, plane, rückgängig, vorschau, bearbeiten, bearbeite, senden
said_wished = foto, bild, video, zeit, uhrzeit, datum, tag, post, beitrag, entwurf, story, reel, erste, ersten, zweite, zweiten, letzte, letzten, andere, anderes, anderen, neues, neue, neuen, alles, alle, noch, nochmal, später, die, der, ihn, in, auf, meine, doch
said_articles = mein, meine, unser, unsere, der, die, das, dieser, diese, dieses, ein, eine
said_doings = mach, mache, poste, posten, daraus, draus, in, meine, entwurf, post, beitrag
said_of_a_place = in …, … zeit, …er zeit
said_seconds = s, sek
