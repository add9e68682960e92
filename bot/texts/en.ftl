### English, the reference: what every language says, in Fluent (projectfluent.org).
###
### Another language is one more file like this, named by its code: nl.ftl. It needs every message, with
### the same { $values } and the same HTML tags as here; the tests name what is missing or wrong.
### Numbers are written as the language writes them, except $id. Buttons and other labels are plain text.

-media = a photo, a video or an album
-not-understood = I didn't understand that.
-times = <code>18:30</code>, <code>tomorrow 9:00</code>, <code>24 Dec 6pm</code> or <code>in 2 hours</code>
-finish-first = To start another one, finish this one first, or /cancel it.
-admin-told = The admin has been told.
-set-clock = for example with <code>timedatectl set-ntp true</code>

## Getting in, help and everything outside of a post

stranger = Hi! This bot is private. Your Telegram ID is <code>{ $id }</code>. Send it to the person who runs this bot and ask them to let you in.
stranger_tap = This bot is private.
start_viewer = Hi { $name }! Here you can see what's planned for Instagram ({ $account }): /list. /help explains the rest.
start_publishes = I post your photos and videos to Instagram ({ $account }), at the minute you choose.
start_hands_over = For { $account } I send you the finished files and the caption at the planned time, and you post them yourself.
start =
    Hi { $name }! { $done }

    Send me a <b>photo</b>, a <b>video</b> or an <b>album</b> to get started.
    /list shows what's planned, /help explains the rest.
help =
    <b>New post</b>: send { -media } and tap a time on its card. Everything else can be changed there: tap a button, or just type a caption, #hashtags or a time. Reply to a card to say which post you mean, with a new photo to replace its media. Edit your own message, and the caption follows. Your caption is published just as you write it. Pictures sent as a <i>file</i> keep their full quality.

    If you'd rather be asked one question at a time, tap <i>More …</i> and <i>Always ask me step by step</i>.

    <b>Times</b> you can type: <code>18:30</code>, <code>tomorrow 9:00</code>, <code>fri 18:30</code>, <code>24 Dec 6pm</code>, <code>christmas eve 6pm</code>, <code>in 2 hours</code>, <code>30 min</code>, <code>now</code>. If one could mean two things, I'll ask. Your time zone is { $zone }; /timezone changes it.

    <b>Planned posts</b>: use the buttons under a post, or reply to it: a time moves it, a text becomes its caption, new media replace the old, <code>delete</code> deletes it.
help_viewer =
    You can see what's planned for the accounts you've been given, and open each post's card. Times are in your time zone, { $zone }; /timezone changes it.

    To plan posts of your own, ask an owner of this bot for another role.
help_admin =
    { "" }

    You're an <b>owner</b> of this bot: you see and change everyone's posts. The admin chat hears about every failure.
help_list = /list – everything that's planned
help_drafts = /drafts – the posts you've started
help_delete = /delete 12 – delete post 12 and its media
help_cancel = /cancel – discard the post you're working on
help_timezone = /timezone Vienna – set your time zone: a city, a country or UTC+1
help_slots = /slots – weekly times for new posts
help_help = /help – this text
help_pause = /pause – publish nothing for a while: <code>/pause until Monday</code>, <code>/pause account</code>
help_accounts = /accounts – add accounts, see how they're doing, set them up
help_status = /status – how everything is going: accounts, publishers, what's waiting, what's wrong
help_resume = /resume – publish again after a pause
command_list = What's planned
command_drafts = The posts you've started
command_delete = Delete a post: /delete 12
command_cancel = Discard the post you're working on
command_timezone = Set your time zone
command_slots = Weekly times for your posts
command_team = Who may do what
command_accounts = Accounts, and how they're doing
command_status = How the bot and its accounts are doing
command_pause = Publish nothing for a while
command_resume = Publish again after a pause
command_help = How this works
nothing_to_cancel = There's nothing to cancel just now. Send { -media } to get started; /drafts lists what you've started, /delete removes planned posts.
send_media = Send me { -media } to get started. /help explains the rest.
which_post = Which post do you mean? Reply to its card with a time, a new caption or “delete”, or use its buttons: /list shows what's planned, /drafts what you've started. To fix a typo, edit your own message: the caption follows. For a new post, send { -media }.
greeted = I'm here. Send me { -media } for a new post. /list shows what's planned, /help explains the rest.
small_talk = You're welcome! Send me { -media } for your next post.
which_to_move = Which post do you mean?
move_post_to = Post { $id } to { $time }
which_is_meant = “{ $said }”: is that for post { $id }, or for the draft that's still open?
is_for_post = Is “{ $said }” for post { $id }? For another one, reply to its card: /list shows what's planned, /drafts what you've started. For a new post, send { -media }.
for_post = For post { $id }
for_draft = For draft “{ $said }”
for_open_draft = For the draft
hint_edit = ✏️ A typo? Edit your own message, and the caption follows.
language_is = I speak the language of your Telegram app, if that's English or German. To change it, change it there: Settings, Language.
unknown_command = I don't know that command. /help lists the ones I do.
unknown_command_like = I don't know that command. Did you mean { $commands }?
needs_no_command = For a new post, just send { -media }: that needs no command.
unsupported = I can't post this to Instagram ({ $kind }). Send { -media }, either directly or as a file.
unsupported_sound = I can't post this to Instagram ({ $kind }): a post needs a picture. Make a video with this sound, and send me that.
unsupported_story = Telegram doesn't pass stories on to bots; all I can see is that there is one. Save it to your phone and send it to me as a photo, video or file.
unsupported_paid_media = Telegram doesn't pass paid media on to bots. Send it to me without a price, as a photo, video or file.
kind_audio = music
kind_contact = contact
kind_dice = dice
kind_game = game
kind_location = location
kind_poll = poll
kind_sticker = sticker
kind_venue = place
kind_video_note = video message
kind_voice = voice message
kind_checklist = checklist
kind_giveaway = giveaway
kind_giveaway_winners = giveaway winners
kind_invoice = invoice
kind_paid_media = paid media
kind_passport_data = passport data
kind_story = story
kind_successful_payment = payment
kind_unknown = something I don't recognise
edited = That edit doesn't change anything. To change a post's caption, reply to its card with the new text: /list shows the cards. If I'm asking you step by step, ‹ Back takes you to the earlier questions.
edited_which = The draft has another caption by now. <b>Use this one instead?</b>
edited_which_of_post = Post { $id } has another caption by now. Use this one instead?
edited_discarded = That was for a draft you've discarded, so nothing has changed. Send the photo again to start over.
edited_rest = That message is only the rest of a longer text, so nothing has changed. Please send the whole text again.
went_wrong = Something went wrong on my side. { -admin-told } Nothing you entered is lost; please try that again.

## The time zone

timezone_is = Your time zone is <b>{ $zone }</b>, where it's { $time }. To change it, tap a city, or type yours, for example <code>/timezone Vienna</code>.
timezone_chosen = From now on your time zone is <b>{ $zone }</b>, where it's { $time }. Posts that are already planned stay at the same moment.
timezone_unknown = I don't know a time zone called “{ $zone }”. Type a big city near you, your country, or the offset from UTC: <code>/timezone Vienna</code>, <code>/timezone Austria</code>, <code>/timezone UTC+1</code>.
timezone_did_you_mean = Did you mean one of these?
timezone_several = “{ $zone }” could mean several. Which one?
timezone_offers = Europe/London, Europe/Berlin, America/New_York, America/Chicago, America/Los_Angeles, Asia/Kolkata, Asia/Singapore, Australia/Sydney
timezone_hint = 🌍 I take your times to be in { $zone }, where it's { $time } now. If your clock shows another time, tap /timezone. (I'll only mention this once.)
timezone_is_fixed = This zone has no summer time. If yours does, name a city instead, such as <code>/timezone Berlin</code>.

## Weekly slots

slots_title = <b>Weekly slots</b>{ $of_account } ({ $zone })
slots_by_default = No one has set any yet, so these apply:
slots_none = None: I don't offer a next free slot.
slots_use = Each new post is offered the next free one.
slots_hint = To change them, tap a button or type, for example, <code>/slots { $account }mon-fri 9:00 18:00, sat 11</code>.
slots_choose_day = <b>Which day?</b>
slots_of_day = <b>{ $day }</b>: { $hours }
slots_no_hours = no slots
slots_which_account = <b>Which account's slots?</b>
slots_which_account_typed = <b>For which account?</b> <blockquote>{ $typed }</blockquote>
slots_every_day = Every day
slots_preset_daily = Every day 18:00
slots_preset_work = Mon–Fri 9:00, 18:00
slots_by_day = Day by day …
slots_clear = No slots
slots_add = Add { $time }
slots_remove = Remove { $time }
slots_same_every_day = The same every day
slots_back = ‹ The week
slots_replaced = It was: <blockquote>{ $week }</blockquote>
slots_old_week = Old week
slots_accounts = ‹ Accounts
-slots-example = for example <code>/slots mon-fri 9:00 18:00, sat 11</code>
slots_not_understood = I didn't understand that. Type the days and then the times, { -slots-example }, or <code>/slots none</code>.
slots_unknown_words = I didn't understand “{ $words }”. Type the days and then the times, { -slots-example }.
slots_without_hours = At what time? Type the times after the days, { -slots-example }.
slots_days_first = Type the days before the times, { -slots-example }.
slots_no_such_time = There's no such time as “{ $time }”: a day runs from 0:00 to 23:59. Type { -slots-example }.
slots_too_many = That's a lot for { $day }: I take at most { $limit } slots a day.
slots_too_close = { $first } and { $second } are less than ten minutes apart, so only one of them would ever be used. Please leave one out.

## Accounts

accounts_head = <b>Accounts</b> ({ $count })
account_way_instagram = Instagram
account_way_by_hand = by hand
account_works = ✅ works
account_not_yet = ▫️ not logged in yet
account_by_people = ✅ ready
account_session_ends = 🔑 Its session ends on { $until } at the latest. “Update login” takes a new one at any time.
account_needs_login = 🔑 needs a login
account_awaits_code = 🔐 waits for a code
account_paused = ⏸ paused
account_paused_until = ⏸ paused until { $time }
account_today = { $count ->
        [one] { $count } post in the last 24 hours
       *[other] { $count } posts in the last 24 hours
    }
account_today_of = { $count } of at most { $cap } posts in the last 24 hours
account_next = next post: { $time }
account_next_none = nothing planned
account_last_error = Last trouble: { $reason }
account_remedy = Tap “Update login” on its card in /accounts.
account_remedy_login = Open the Instagram app and confirm that it was you. If its password has changed, tap “Update login” on its card in /accounts.
account_remedy_here = Tap “Update login” below.
account_remedy_login_here = Open the Instagram app and confirm that it was you. If its password has changed, tap “Update login” below.
account_remedy_proxy_here = If the name is wrong, remove the account and add it again; otherwise give it a proxy under “Settings”.
account_remedy_code = I've asked for it in the admin chat: reply there with the code.
account_remedy_proxy = If the name is wrong, remove the account in /accounts and add it again; otherwise give it a proxy there.
account_is_from_settings = This account is named in the settings (.env). That's where its name and password are changed, and where it's removed. Everything under <i>Settings</i> can be changed here, too.
account_check_fine = 🔍 { $time }: the login works.
account_check_kept = 🔍 { $time }: the session works. What you have changed about the login is used once it ends.
account_check_failed = 🔍 { $time }: it doesn't work. { $reason }
account_check_same = 🔍 { $time }: checked, it doesn't work.
account_check_awaits = 🔍 { $time }: checked. The login is still waiting for the code.
account_is_checked = 🔍 Checking the login …
account_logs_in = 🔑 Logging in … The result will appear here.
account_added_by_hand = ✅ <b>{ $account }</b> is set up. When a post is due, whoever planned it gets the files and the caption to post.
account_ask_kind =
    <b>Add an account.</b> How should its posts be published?

    <b>By hand</b>: when a post is due, I send you everything and you post it. No password needed.
    <b>With its password</b>: I log in to Instagram and publish.
    <b>With a browser's session</b>: I use your browser's login instead of the password. When that ends, you give me a new one.
account_ask_name_hand = <b>What's the account called?</b> Any name you'll recognise it by.
account_ask_name_password = <b>What's the account's name on Instagram?</b> The one with the @.
account_ask_name_session = <b>What's the account's name on Instagram?</b> The one with the @.
account_ask_password = <b>What's the password of { $account }?</b> Type it here.
account_ask_seed = <b>Does { $account } use an authenticator app?</b> If so, type the key that Instagram showed when it was set up, and I'll enter the codes myself.
account_ask_session = <b>What's the session of { $account }?</b> On a computer where you're logged in to instagram.com, open the browser's developer tools, then Storage (or Application), Cookies, instagram.com. Copy the value of <code>sessionid</code> and send it here.
account_ask_zone = <b>Which time zone does { $account } live in?</b> Type a city, a country or UTC+1. Times for its posts and slots are then meant in that zone, no matter who types them.
account_ask_cap = <b>How many posts in 24 hours</b> may { $account } have, at most? Tap or type a number. Any beyond that have to wait.
account_ask_gap = <b>How long between two posts</b> of { $account }, at least? Tap, or type minutes.
account_ask_proxy = <b>Which proxy should { $account } use?</b> Type it like <code>http://user:password@host:port</code>. I'll try it once before I keep it.
account_is_deleted_at_once = I'll delete your message as soon as it arrives. Whatever is secret, I only keep encrypted.
account_page_is_safer = Safer still: the button opens a page of mine, so the password never passes through the chat. It works once, within 15 minutes.
account_reply_here = Reply to this message. Everybody here can read what you type until I've deleted it: for passwords, a chat with me alone is better.
account_too_late = That came too late: I wasn't waiting for it any more, and I've kept nothing of it. To start again: /accounts.
account_delete_yourself = ⚠️ I'm not allowed to delete messages here. Please delete yours now: it may have a password in it.
account_given_up = I've stopped asking, and kept nothing. To go on: /accounts.
account_name_unfit = A name has 1 to { $limit } characters, on one line.
account_name_not_on_instagram = That can't be a name on Instagram: it has letters, digits, dots and underscores, 30 at most. If it was the password: I've deleted it. The name first, please.
account_name_taken = There's already an account called <b>{ $account }</b>. Find it in /accounts, or type another name.
account_password_empty = That's empty. Please type the password.
account_seed_unfit = That can't be the key: it's made of the letters A to Z and the digits 2 to 7, mostly 16 or 32 of them. A code of six digits is something else.
account_session_unfit = That can't be a <code>sessionid</code>: it begins with a number, then comes <code>%3A</code> or a colon. Copy the whole value.
account_cap_unfit = Please type a whole number from 1 to { $limit }.
account_gap_unfit = Please type minutes or hours, such as <code>30</code>, <code>45 min</code> or <code>2 h</code>, a day at most.
account_proxy_unfit = That can't be a proxy. It looks like <code>http://user:password@host:port</code> (or https, socks5), with a port and nothing after it. Write / ? # in a password as %2F %3F %23.
account_proxy_unreachable = I can't reach that proxy. Check its name and port; I've kept nothing.
account_proxy_refuses = The proxy rejects that name or password. I've kept nothing.
account_proxy_blocks = Something answers there, but doesn't let me through to Instagram. I've kept nothing.
account_zone_unknown = I don't know a time zone called “{ $zone }”. Type a big city, a country, or the offset from UTC.
account_zone_several = “{ $zone }” could mean several zones. Tap the one you mean:
account_settings_head = <b>Settings of { $account }</b>
account_zone_is = 🌍 Time zone: { $zone }
account_zone_each = 🌍 Time zone: each person's own (yours: { $zone })
account_cap_is = 📈 In 24 hours: at most { $cap ->
        [one] one post
       *[other] { $cap } posts
    }
account_cap_by_default = 📈 In 24 hours: at most { $cap } posts (the cautious default)
account_cap_none = 📈 In 24 hours: as many posts as you like
account_gap_is = ↔️ Between two posts: at least { $gap }
account_gap_none = ↔️ Between two posts: no minimum
account_gap_by_default = ↔️ Between two posts: at least { $gap } (the cautious default)
account_proxy_is = 🛰 Proxy: { $proxy }
account_proxy_none = 🛰 Proxy: none
account_approval_is = ✔️ Approval: { $needed ->
        [yes] what authors plan goes out only once somebody has approved it
       *[no] not needed, everything goes out as planned
    }
account_ask_remove = <b>Remove { $account }?</b> Nothing more will be published on it, and I'll forget its password and its login. { $planned }
account_planned = { $count ->
        [0] Nothing is planned for it.
        [one] One planned post stays in /list, but won't go out unless the account is added again. Whoever planned it is told.
       *[other] { $count } planned posts stay in /list, but won't go out unless the account is added again. Whoever planned them is told.
    }
account_removed = 🗑 <b>{ $account }</b> has been removed. { $planned }
account_button_add = ➕ Add an account
account_add_hand = By hand
account_add_password = With its password
account_add_session = With a browser's session
account_button_check = Check
account_button_pause = Pause
account_button_resume = Resume
account_button_settings = Settings
account_button_login = Update login
account_button_remove = Remove
account_button_remove_for_sure = Yes, remove it
account_button_back = ‹ Accounts
account_button_card = ‹ The account
account_button_page = Open the page
account_button_zone = Time zone
account_button_slots = Slots
account_button_cap = Daily limit
account_button_gap = Gap
account_button_proxy = Proxy
account_button_approval = Ask for approval
account_button_approval_off = No approval
account_button_seed_common = No authenticator
account_button_zone_common = Each person's own
account_button_cap_common = The default
account_button_gap_common = The default
account_button_gap_none = No minimum
account_button_proxy_common = No proxy
page_title = The password of { $account }
page_password = Password
page_seed = Key of the authenticator app, if there is one
page_send = Save
page_done = Saved. You can close this page; the chat tells you whether the login works.
page_gone = This link has been used, or is older than 15 minutes. Get a new one in the chat, with /accounts.

## Taking media in

ask_media = Send me the new photo, video or album. Your other answers stay as they are.
media_first = First I need something to post: send { -media }. Or /cancel.
joined = Added to the post you're working on. { -finish-first }
joined_under_another_caption = Added to the post you're working on; its caption stays as it was. { -finish-first }
late_part = ⏳ This part of your album came late: the rest is already <b>post { $id }</b>, so it is a post of its own for now. If it belongs with the rest, tap below, send it once more and discard this one.
late_part_alone = ⏳ This part of your album came late: the rest is <b>post { $id }</b>, which can no longer be changed. You can plan it as a post of its own, or discard it.
button_add_to_post = Add to post { $id }
download_failed = I couldn't download that file from Telegram. Please send it again in a moment.
storing_failed = I couldn't save that file: my disk isn't taking any right now. { -admin-told } Please send it again a little later.
downloading =
    ⬇️ Downloading { $size } MB from Telegram.
    { $bar }
download_stopped = ⬇️ Stopped. I didn't add anything; what you'd entered so far is still here.
send_as_file = 💡 Telegram compresses photos. To post in full quality, send them as a <b>file</b>: tap the paper clip, choose <i>File</i>, then the picture. (I'll only mention this once.)
too_many_drafts = You've started { $count } posts, which is as many as I keep for one person. Please plan or discard some first: /drafts lists them.
too_many_posts = You've planned { $count } posts, which is as many as I keep for one person. Some have to go out first, or be deleted: /list shows them.
quota_exceeded = This file is { $size } MB, and your posts already take up { $held } of the { $quota } MB that one person may use. Delete some with /list, or wait: some days after a post is published, I remove its media.
too_large_for_telegram = This file is { $size } MB, and I can download at most { $limit } MB from Telegram. Send a smaller version (shorter, or not as a file). The person who runs this bot can also set up a local Bot API server, which lifts the limit.
caption_waits = Your caption is kept for what you send instead.
too_many_items = Instagram allows at most { $limit } photos and videos in one post. I left out the rest.
of_items = { $count ->
        [one] Item { $items }:
       *[other] Items { $items }:
    }

## Why media can't be used

refused_empty = This file is empty. Please send it again.
refused_unknown_format = I can't read this file as a picture or video: it seems to be { $format }. Send a JPEG, PNG, WEBP, HEIC or AVIF picture, or an MP4, MOV or GIF video. If you send it as a photo or video instead of a file, Telegram converts most formats for you.
refused_no_media = I can't post this: it seems to be { $format }, and Instagram only shows pictures and videos. { $kind ->
        [document] Send me a screenshot of it, or save its pages as pictures.
        [archive] Unpack it, and send me the pictures or videos in it.
        [playlist] Send me the video itself.
       *[sound] Make a video of it, with a picture, and send me that.
    }
looks_unknown = something I don't recognise
looks_like_file = a file in { $name } format
looks_text = text
looks_playlist = a playlist
refused_truncated = This picture is incomplete or damaged, and I can't read all of it. Please send it again.
refused_too_many_pixels = This is { $megapixels } megapixels, and I can take at most { $limit }. Send a smaller version, or send it as a photo instead of a file.
refused_too_large = This video is { $width } × { $height } pixels, and I can take at most { $limit } on each side. Send a smaller version, or send it as a video instead of a file.
refused_too_small = This is { $width } × { $height } pixels, and I need at least { $limit } on each side. { $sent ->
        [photo] Send a larger one. If yours is larger, send it as a file, because Telegram shrinks photos.
       *[other] Send a larger one.
    }
refused_animated = Instagram doesn't show animated pictures of this kind. Send a GIF or an MP4.
refused_broken_video = This video is incomplete or damaged, and I can't play it. Please send it again.
refused_broken_gif = This GIF is incomplete or damaged, and I can't play it. Please send it again.
refused_no_video_track = This file has sound but no picture. Send a video with a picture.
refused_unsupported_codec = This video is encoded as { $codec }, and Instagram needs H.264 with AAC. Send it as a video instead of a file, and Telegram converts it.
refused_protected = This video is copy-protected, so I can't play it. Send me one without that protection.
refused_too_long = This video is { $seconds } long, and Instagram allows at most { $limit } there. Please shorten it.
refused_too_short = This video is { $seconds } long, and Instagram needs at least { $limit }. Please send a longer one.
refused_too_heavy = This file takes more work than I can put into one file (I stopped after { $limit }). Send a shorter or smaller one, or send it as a photo or video instead of a file.
refused_too_much = This file takes more work or memory than I can put into one file. Send a smaller one, or send it as a photo or video instead of a file.
refused_for_photo = It takes exactly one photo.
refused_for_video = It takes exactly one video.
refused_for_reel = It takes one video, or { $least } to { $most } photos.
refused_for_story = It takes exactly one photo or video.
refused_for_carousel = It takes { $least } to { $most } photos or videos.
refused_for_stories = It takes { $least } to { $most } photos or videos, each of which becomes a story.

## The account, if there are several

ask_account = <b>Which account is it for?</b>
account_not_understood = { -not-understood } You can choose { $accounts }.
account_gone = <b>{ $account }</b> is no longer set up here. Tap <i>Account</i> and choose another one.
account_by_hand = { $name } (by hand)

## The type

type_photo = Photo
type_video = Video
type_reel = Reel
type_story = Story
type_carousel = Carousel
type_stories = Stories in a row
count_photo = { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
count_video = { $count ->
        [one] { $count } video
       *[other] { $count } videos
    }
ask_type = Got { $media }. <b>What should I post this as?</b>
video_or_reel = A video keeps its shape and may last { $video } minutes; a reel fills the whole screen and may last { $reel }.
type_not_understood = { -not-understood } You can choose { $types }.
type_does_not_fit = That doesn't work with what you've sent. { $why }

## The shape, the part and the cover

ask_fit = <b>The shape doesn't fit.</b> Here's how it would look on Instagram ({ $type }): cropped, or whole on a background. The arrows move the crop.
fit_not_understood = { -not-understood } Answer <code>crop</code>, <code>blurred</code>, <code>white</code> or <code>black</code>; <code>left</code>, <code>right</code>, <code>up</code> and <code>down</code> move the crop.
button_fit_crop = Crop
button_fit_blur = Blurred background
button_fit_white = White
button_fit_black = Black
button_shift_left = ◀ Left
button_shift_right = Right ▶
button_shift_up = ▲ Up
button_shift_down = ▼ Down
ask_trim = <b>Which part should I use?</b> Instagram allows { $limit } here ({ $type }), and this video is { $length } long. Tap a button, or type where it should start, from <code>0:00</code> to <code>{ $latest }</code>.
trim_not_understood = { -not-understood } Answer <code>first</code> or <code>last</code>, or type where it should start, from <code>0:00</code> to <code>{ $latest }</code>; I'll use { $limit } from there.
trim_too_late = From there, less than { $limit } is left. Start at <code>{ $latest }</code> or earlier, or answer <code>last</code>.
button_trim_first = First { $limit }
button_trim_last = Last { $limit }
ask_cover = <b>Which cover?</b> Tap or type the number of a frame (1 to { $count }), let me choose, or send a photo of your own.
cover_not_understood = { -not-understood } Type a number from 1 to { $count } or <code>automatic</code>, or send a photo.
cover_is_no_photo = A cover has to be a photo. Send one, or tap a frame of the video.
cover_takes_one = A cover is a single photo. I haven't used any others, or what you wrote with them.
button_cover_automatic = Choose for me
ask_order = <b>Which one should move?</b> Tap or type its number. What you send now is added at the end.
ask_order_item = <b>{ $place } of { $count }</b>. Move it, or take it out. What you send now is added at the end.
order_not_understood = { -not-understood } Type a number from 1 to { $count }, or <code>3 to 1</code> to move number 3 to the front.
button_order_earlier = ◀ Earlier
button_order_later = Later ▶
button_order_to_front = To the front
button_order_remove = Remove
button_order_other = Another one
button_order_done = Done

## Several posts at one go

series_head = <b>{ $media }, { $count } drafts</b>{ $of_account }. When should they go out?
series_line = { $id } · { $what }
series_asks = { $count ->
        [one] One of them needs a word from you first. It gets a card of its own.
       *[other] { $count } of them need a word from you first. They get cards of their own.
    }
series_waits = <b>Planned</b> as soon as all { $count } are converted:
series_slots = The next free slots: { $days }
day_to_day = { $first } to { $last }
series_daily = Same time, the next { $count } days
series_daily_at = Every day, starting { $time }
ask_series_hour = <b>When should the first of the { $count } go out?</b> The others follow on the next days, at the same time. Tap a time, or type one.
series_without_times = There aren't enough free slots for all of them. Choose a time instead, or go through them one by one.
series_one_by_one = This card stands for { $count } posts. To choose a type or hashtags, go through them one by one.
series_no_caption = I can only copy a caption if exactly one of them has one.
button_one_by_one = One by one
button_as_one = As one carousel
button_same_caption = This caption for all
button_separate = As separate posts

## The caption

ask_caption = <b>What's the caption?</b> Up to { $limit } characters. It's published just as you write it, hashtags included.
caption_offered =
    Or use this one. To change it, tap it: that copies it.
    <code>{ $caption }</code>
caption_to_copy =
    To change the one there is, tap it: that copies it.
    <code>{ $caption }</code>
caption_to_edit = To change only a few words of the one there is, edit your message above: the caption follows.
caption_came_over_limit = A caption came with it, but I can't use it as it is.
button_no_caption = No caption
button_keep_caption = Use this one
story_shows_no_text = Instagram doesn't show a caption or hashtags with a story, so it goes out without them.
caption_too_long = That's { $length } characters, and Instagram allows at most { $limit }, hashtags included. Please cut { $over }. { $double ->
        [0] {""}
       *[other] (Emoji and fancy letters count double.){" "}
    }It fits up to “… { $fits }”; what's too much starts with “{ $rest }”
caption_too_many_hashtags = That's { $count } hashtags, and Instagram allows at most { $limit }, including those in the caption. Leave out { $over ->
        [one] one
       *[other] { $over }
    }, for example { $rest }
caption_too_many_mentions = That's { $count } @names, and Instagram allows at most { $limit } in a caption. Leave out { $over ->
        [one] one
       *[other] { $over }
    }, for example { $rest }
caption_doubtful = Is “{ $said }” your caption? If so, tap it below, or type <code>{ $literal }</code>. If not, tap another button, or type your caption.
caption_missing = I can't see any words in that. Type your caption, or tap a button.
caption_literal = Caption: { $said }
caption_text_was_split = That was the rest of your long text, so I didn't use it. Together it has { $length } characters, { $over } more than Instagram allows. Please send it again, shortened; or only this part, if you meant it on its own.

## The hashtags

ask_hashtags = <b>Which hashtags?</b> Up to { $limit }, with or without #, or none.
ask_hashtags_full = <b>Which hashtags?</b> None: the caption already has as many as Instagram allows. To use others, go back and change the caption.
hashtags_in_caption = Those in the caption stay there: { $hashtags }
hashtags_offered = Or use these: { $hashtags }
button_no_hashtags = No hashtags
button_keep_hashtags = Use these
hashtags_missing = I couldn't find a hashtag in that. Type some, such as <code>#harbour #evening</code>, or tap a button.
hashtags_doubtful = Should “{ $said }” become hashtags? If so, tap them below, or type <code>{ $literal }</code>. If not, tap another button, or type your hashtags.
caption_bad_hashtag = “{ $hashtag }” can't be a hashtag: they're made of letters, digits, emoji and _, and not of digits alone. Please send the list again.

## The time

ask_time = <b>When should it go out?</b> Tap a button, or type a time such as <code>18:30</code>, <code>tomorrow 9:00</code>, <code>fri 18:30</code>, <code>2026-12-24 18:00</code> or <code>in 2 hours</code> ({ $zone }).
ask_hour = <b>What time on { $day }?</b> Tap a button, or type a time such as <code>18:30</code> ({ $zone }), or another day.
button_now = Now
button_keep_time = As before: { $time }
time_not_understood = I didn't understand that time. Type for example { -times }.
time_unknown_words = I didn't understand { $words }. Type a time such as { -times }.
time_contradictory = That doesn't add up: it names different days or times, or a weekday that doesn't match the date. Please type one day and one time.
time_slip = I don't know { $words }. <b>Did you mean this?</b>
time_did_you_mean = I'd rather ask than guess. <b>Did you mean this?</b>
quoted = “{ $words }”
time_several_ways = That could mean several things. <b>Which one do you mean?</b>
time_in_the_past = That time ({ $zone }) has already passed. Choose a later one.
time_no_such_date = There's no such day in the calendar. Which one do you mean?
time_no_such_day = There's no { $missing }. <b>Which day do you mean?</b>
# A day that no month has, such as “31 April”
missing_day = { $day } { $month }
time_no_such_time = There's no such time: a day goes from 0:00 to 23:59.
time_time_missing = <b>Which day do you mean?</b> I'll ask for the time next.
time_too_far = That's too far ahead: I can't plan more than a year in advance. The latest time I can take is { $latest }. Please choose an earlier one.
time_skipped_by_dst = That time doesn't exist in { $zone }: the clocks go forward that night. Please choose another one.
time_ambiguous_dst = That time comes twice in { $zone }: the clocks go back that night. Which one do you mean?
time_nearby =
    { "" }

    ⚠️ Another post is planned for { $time }, close to this one.
series_nearby = ⚠️ Close to another planned post: { $posts }. To move one, open it from /list.
time_paced =
    { "" }

    ⏳ So that Instagram has no reason to block it, this account publishes { $pace }. A post planned for then goes out at this time: { $time }.
crowded_draft = This one isn't planned yet: plan it all the same, or tap the next free time.
crowded_post = Tap below for the next free time, or leave it as it is.
pace_cap = { $count ->
        [one] at most one post in 24 hours
       *[other] at most { $count } posts in 24 hours
    }
pace_gap = at least { $wait } apart
button_next_free = { $time } · next free slot
slot_taken = ⚠️ That slot has just been taken, so it's the next free one.
button_other_date = Other date …
button_other_hour = Other hour …
calendar_month = <b>Which month?</b>
calendar_months = All months
calendar_day = <b>Which day in { $month }?</b>
calendar_hour = <b>Which hour on { $day }?</b> ({ $zone })
calendar_hours = { $hour } h
calendar_quarter = <b>When exactly on { $day }?</b> You can also type a time such as <code>18:37</code> ({ $zone }).
time_has_passed = The time of this post has passed in the meantime. Please type another one.

## Converting

preparing_waits = 🎞 Your media are waiting for their turn to be converted. Just carry on answering.
preparing =
    🎞 Converting. Just carry on answering in the meantime.
    { $bar }
prepared = 🎞 Converted.
preparing_stopped = 🎞 Stopped. Your media and your other answers are still here.
preparing_not_stored = I couldn't read your media from my disk, or save what I made of them. { -admin-told } Please try again a little later, or send them again. Your other answers are still here.
preparing_failed = I couldn't get this ready, and that's my fault. { -admin-told } Your answers are still here: try another type, or other media.
still_preparing = Your media are still being converted. As soon as they're ready, I'll show them to you here and you can plan it.
button_stop_preparing = Stop converting
button_stop_download = Stop downloading
note_framed = ✂️ Framed to fit Instagram.
note_trimmed = ✂️ Cut to the part you chose.
note_lengthened = ⏱ Made to last the 3 seconds Instagram needs.
note_turned = ↩️ Turned the right way up.
note_converted = 🔄 Converted to a format Instagram accepts.
note_hdr = 🌗 HDR brightness brought down to what Instagram can show.
note_colours = 🎨 Colours converted to sRGB.
note_flattened = ⬜ Transparent areas are now white.
note_frame_rate = 🎞 Frame rate changed to one Instagram accepts.
note_sound = 🔊 Sound converted to AAC.
note_silenced = 🔇 The sound couldn't be read, so the video is silent.
note_location = 📍 The place where it was taken was removed from the file.
note_small = 🔍 It's low resolution: Instagram will show it a little soft.

## The last look

ask_confirm = <b>This is your post.</b> Should I plan it?
confirm_not_understood = { -not-understood } Answer <code>yes</code> to plan it or <code>cancel</code> to discard it, type another time such as <code>18:30</code>, or name what you'd like to change, as the buttons do.
summary_account = <b>Account</b>: { $account }
summary_type = <b>Type</b>: { $type }
summary_time = <b>Time</b>: { $time }
summary_caption = <b>Caption</b>: { $caption }
summary_hashtags = <b>Hashtags</b>: { $hashtags }
no_caption = none
no_hashtags = none
no_further_hashtags = those in the caption
right_away = right away
button_schedule = Plan it
button_for_account = Account: { $account }
button_change_account = Account
button_change_type = Type
button_change_caption = Caption
button_change_hashtags = Hashtags
button_change_time = Time
button_change_media = Media
button_change_fit = Framing
button_change_trim = Trimming
button_change_cover = Cover
button_change_order = Order
button_back = ‹ Back
button_cancel = Cancel
cancelled = Discarded. Send { -media } to start again.
changes_discarded = Your changes are discarded: post { $id } stays as it is.
stale_button = This button is no longer active.
anothers_draft = This is somebody else's draft. Send me a photo or video for one of your own.

## The card: all that is known of a post in the making

card_head = <b>{ $type }</b>{ $of_account }{ $of_media }
card_time = 🗓 { $time }
card_time_passed = 🗓 { $time }: already past. Choose another time.
card_caption = 💬 { $caption } · { $length }/{ $limit }
card_no_caption = 💬 No caption yet: just type one.
card_hashtags = 🏷 { $hashtags }
card_converting = 🎞 Converting … { $bar }
card_plans_when_ready = ⏳ I'll plan it for this time as soon as it's converted.
card_not_converted = ⚠️ This couldn't be converted.
card_kept_caption = Added. The caption stays as it was.
card_caption_replaced = Caption replaced. It was “{ $old }”.
button_old_caption = Old caption
card_is_changed = ✏️ That changed this draft.
meant_type_again = What you typed is still in the other draft. For this one, please type it again.
meant_other = I meant “{ $said }”
button_other_drafts = I meant another one
no_type = No type yet
no_time_yet = no time yet
card_not_understood = I'm not sure what you mean. Tap a button, or type a caption, hashtags or a time.
card_which = “{ $said }” could mean several things. <b>Which one do you mean?</b>
card_is_weekly = Are these weekly slots? Then tap this to copy it, and send it: <code>{ $command }</code>
card_is_caption = Is “{ $said }” your caption? If so, tap it below. If not, just go on: /help says what I understand.
card_is_note = Notes go beside a planned post. Plan this one first, then reply to its card with the note.
card_last_line = “{ $line }” is part of the caption. If it's meant for me, tap the time: the line then leaves the caption.
as_caption = Caption: { $said }
plan_at = Plan for { $time }
as_type = As a { $type }
tap_now = “Now” publishes it right away, so please tap the button for that.
button_other_time = Other time …
button_more = More …
button_discard = Discard
button_not_yet = Not yet
ask_more = <b>What would you like to change?</b>
more_not_understood = { -not-understood } Tap a button, or ‹ Back.
button_add_media = Add media
button_replace_media = Replace media
ask_add_media = <b>Send me what to add</b>: { -media }. Or tap ‹ Back to leave it as it is.
ask_replace_media = <b>Send me what to use instead</b>: { -media }. Until then nothing changes, and the rest stays as it is.
button_guide_me = Always ask me step by step
guided_from_now_on = From now on I'll ask you step by step, for this post and all later ones. To have cards again, answer any question with <code>Use cards</code>.
button_give_card = Use cards

## Planned posts

# Where there are several accounts, behind a post's number or type.
of_account = { " " }for <b>{ $account }</b>
card =
    🗓 <b>Post { $id }</b> · { $type }{ $of_account }
    <b>➜ { $state }</b>{ $reason }
    { $time }{ $excerpt }
card_stories = 🗓 <b>{ $count } stories in a row</b>{ $of_account }
card_series = 🗓 <b>{ $count } posts</b>{ $of_account }
card_series_line = <b>{ $id }</b> { $what }
reply_to_series = This card stands for several posts. Reply with <code>delete</code> to delete all of them, or with a time if they are stories in a row. To change one of them, open it from /list.
card_series_more = … and { $count } more, see /list
button_publish_all = Publish all now
button_delete_all = Delete all
queue_line = 📥 { $count ->
        [one] { $count } waiting, and it goes out
       *[other] { $count } waiting, the last goes out
    } { $day }
day_today = today
day_tomorrow = tomorrow
day_on = on { $day }
list_head_planned = <b>Planned: { $count }</b> · times in { $zone }
list_needs_you = ⚠️ <b>Needs you</b>
list_head_drafts = <b>Drafts: { $count }</b>
list_head_failed = <b>Problems: { $count }</b> · times in { $zone }
list_head_published = <b>Published: { $count }</b> · times in { $zone }
list_page = page { $page } of { $pages }
list_draft = <b>{ $id }</b> · { $what }{ $excerpt }
draft_edits = changes post { $id }
draft_time_passed = { $time }, already past
draft_begun = just started
button_show = Post { $id }
button_draft = Draft { $id }
button_list_planned = Planned
button_list_drafts = Drafts
button_list_failed = Problems
button_list_published = Published
button_list_mine = Only mine
button_list_all = From everyone
button_list_more_accounts = More accounts …
button_list_accounts = All accounts
button_list_previous = ‹ Previous page
button_list_next = Next page ›
card_edits = ✏️ <b>Changes post { $id }</b>: it stays as it is until you plan it again.
card_published = published: { $link }
list_empty_viewer = Nothing is planned.
list_empty = Nothing is planned. Send { -media } to get started.
list_empty_drafts = No drafts. Send { -media } to start one; it waits here until you plan it.
list_empty_failed = No problems: nothing has failed, and nothing is in doubt.
list_empty_published = Nothing published yet. What goes out will appear here, with its link.
list_row =
    { $time } · <b>{ $id }</b> · { $type }{ $of_account } · { $state }{ $distance }{ $excerpt }
state_pending = planned
state_account_removed = not going out: its account has been removed
state_account_paused = waits: its account is paused
state_retrying = { $count ->
        [one] trying again after a failure
       *[other] trying again after { $count } failures
    }
state_postponed = waits until { $time }
state_awaiting_approval = waiting for approval
state_held = on hold until an owner decides
state_claimed = uploading
state_sending = publishing
state_uploaded = published
state_unconfirmed = unconfirmed
state_failed = failed
state_handed_over = yours to post
state_not_posted = not posted yet
state_deleted = deleted
state_approved = planned, approved by { $name }
state_declined = declined by { $name }
state_declined_why = declined by { $name }: “{ $reason }”
state_not_approved = not approved in time
paused_until = ⏸ Publishing is paused until { $time }.
paused_until_resumed = ⏸ Publishing is paused until the admin resumes it.
delete_which = <b>Which post shall I delete?</b> Open it and tap Delete, or type its number, such as <code>/delete 12</code>.
delete_usage = Which one? Type its number, such as <code>/delete 12</code>. /list shows the numbers.
ask_delete = <b>Delete post { $id } and its media?</b> Tap a button, or type <code>/delete { $id } yes</code>.
deleted = Post { $id } and its media have been deleted.
deleted_in_doubt = It was never confirmed: if it's on Instagram, it stays there until you remove it in the Instagram app.
kept = Post { $id } stays as it is.
no_such_post = You don't have a post { $id }. /list shows the ones you have.
too_late_held = Post { $id } is on hold: whoever planned it may no longer plan for this account. An owner of this bot decides.
too_late_claimed = Too late: post { $id } is already being published. I'll tell you how it goes.
too_late_handed_over = Post { $id } is yours to post: tell me whether you've posted it.
too_late_sending = Too late: post { $id } is already being published. I'll tell you how it goes.
too_late_uploaded = Post { $id } is already on Instagram. To change or remove it there, use the Instagram app.
too_late_deleted = Post { $id } has been deleted in the meantime.
too_late_pending = Post { $id } is already planned again.
too_late_failed = Post { $id } has failed. Reply with a time to plan it again, or use the buttons on its card: /list shows it.
too_late_awaiting_approval = Post { $id } is waiting for approval.
too_late_unconfirmed = Post { $id } isn't confirmed yet. /list shows it.
button_change_post = Change
button_later = +1 day
button_publish_now = Publish now
ask_publish_now = <b>Publish it right now?</b> That can't be undone.
ask_publish_all = <b>Publish all { $count } right now?</b> That can't be undone.
button_publish_for_sure = Yes, publish now
button_not_now = Not now
button_duplicate = Duplicate
button_undo = Undo
nothing_to_undo = There's nothing to undo: that works for a minute after you've planned, moved, changed, deleted or discarded something.
change_stays = What was done to post { $id } last can't be undone. Tap Change on its card: /list shows it.
undo_is_over = Too late to undo that: it was more than a minute ago.
undone_plan = ↩️ Undone: post { $id } isn't planned any more. It's a draft again.
undone_deletion = ↩️ Undone: { $count ->
        [one] post { $id } is no longer deleted.
       *[other] { $count } posts are no longer deleted.
    }
undone_time = ↩️ Undone: { $count ->
        [one] post { $id } goes out
       *[other] all { $count } stories go out
    } on { $time } again.
undone_text = ↩️ Undone: post { $id } has the text it had before.
undone_change = ↩️ Undone: { $count ->
        [one] post { $id } is
       *[other] { $count } posts are
    } as before.
deleted_for_good = Post { $id } has been deleted for good. That can't be undone.
copied = A copy of post { $id }.
moved = Post { $id } now goes out on { $time }.
moved_stories = All { $count } stories now go out on { $time }.
moved_to_now = Post { $id } goes out right away.
move_day_has_passed = That would be { $time }, which has already passed. Reply with a day and a time.
rewritten = The caption of post { $id } has been changed.
rewritten_failed = The caption of post { $id } has been changed. To have it published, use the button on its card or reply with a time.
rewritten_by_a_word =
    The caption of post { $id } is now “{ $said }”. It was:
    <blockquote>{ $old }</blockquote>
time_or_caption = Is that the time or the caption?
button_as_caption = Use it as the caption
reply_not_understood = I didn't understand that. Reply to a post with a time to move it, with a new caption, with new media, or with <code>delete</code>.
reply_to_no_card = I'm not sure which post you mean. Reply to its card, or write without replying to change the draft you're working on.
edited_media = I can't swap the picture that way. Reply to the post with the new one instead.
forwarded_preview = That's only a preview. To copy a post, forward its card, or tap <i>Duplicate</i> below it.
draft_gone = That draft no longer exists. /drafts shows the ones you have.
edit_too_late = I've kept your changes as a new draft; choose a time for it, or discard it.
several_posts = That could be about several posts: { $numbers }. Tap the button under the right one, or reply to that message.
no_such_question = No post is waiting for that answer right now. /list shows what's planned.
late_published = { $count ->
        [one] I'll publish it as soon as I can.
       *[other] I'll publish all { $count } as soon as I can.
    }
late_dropped = { $count ->
        [one] Deleted, along with its media.
       *[other] Deleted all { $count }, along with their media.
    }
held_published = { $count ->
        [one] It's planned again. If it should be out by now, it goes out as soon as I can.
       *[other] All { $count } are planned again. Whatever should be out by now goes out as soon as I can.
    }
held_settled = None of this person's posts is on hold any more.
trying_again = I'm trying post { $id } again right away.
confirmed_live = Thanks. I've marked post { $id } as published.
role_owner = owner
role_editor = editor
role_author = author
role_viewer = viewer
admin_only = Only an owner of this bot can do that.
only_sees = You can see what's planned here, but not change it. If you need to, ask an owner of this bot, who can give you another role with /team.
resumed = ▶️ Publishing has resumed.
which_to_pause = Which account should pause?
paused_by_you = ⏸ Publishing is paused on <b>{ $account }</b> until you resume it. Everything that's planned is kept, and whoever planned it knows. What turns out more than two hours late I won't publish without asking.
paused_by_you_until = ⏸ Publishing is paused on <b>{ $account }</b> until { $time }. Everything that's planned is kept, and whoever planned it knows. What turns out more than two hours late I won't publish without asking.
paused_already = Publishing is paused there already, and at least for as long: /list shows it.
pause_not_understood = Until when? Try <code>/pause until Monday</code>, <code>/pause until 24.12. 8:00</code> or <code>/pause for 3 days</code>; with several accounts, name the account first. Without a time, it pauses until you resume.
pause_button_tomorrow = Until tomorrow
pause_button_week = Until Monday
pause_button_all = All accounts
said_pause_until = until, till, for
said_pause_all = all, everything
which_to_resume = Several accounts are paused. Which one should resume?
not_paused = Publishing isn't paused.
handed_over = { $whose ->
        [own] ✋ Post { $id } is yours: I won't publish it any more. Here comes everything you need.
        [own_by_hand] ✋ Post { $id } is yours to post. Here comes everything you need.
        [other_by_hand] ✋ Post { $id } now goes to its owner, to post by hand.
       *[other] ✋ I won't publish post { $id } any more. Its owner is getting it, to post by hand.
    }
not_posted = Not today, then: post { $id } stays with me. What should happen to it? To plan it again, reply with a time.
hand_over_too_large = { $name } isn't here: it's { $size } MB, and Telegram takes at most { $limit } MB from me. Please use the file you sent me. The person who runs this bot can also set up a local Bot API server, which lifts the limit.
hand_over_missing = { $name } isn't here: I can't find it on my disk. Please use the file you sent me.
hand_over_refused = Telegram didn't take { $name } from me. Please use what you sent me.
button_hand_over = Hand it to me
button_hand_over_row = Hand over { $id }
button_posted = Posted
button_not_today = Not today
button_delete = Delete
button_delete_row = Delete { $id }
button_delete_for_sure = Yes, delete it
button_keep_post = Keep it
button_try_again = Try again
button_is_live = Already live
button_publish_again = Publish again
button_drop = Drop it
button_publish_late = Publish
button_drop_late = Delete
button_publish_held = Publish as planned
button_drop_held = Delete them
button_resume = Resume publishing
button_pause_all = ⏸ Pause everything
login_button_new_code = Send a new code
button_stop_login = Cancel
login_button_done_try_again = Done, try again
login_button_again = Log in again

## Approvals

approval_card =
    ✋ <b>{ $name } would like to post this</b>
    <b>Post { $id }</b> · { $type }{ $of_account }
    🗓 { $time }{ $said }

    <b>➜ { $state }</b>
approval_is_urgent = waiting for approval, and due { $distance }
button_approve = Approve
button_approve_all = Approve the whole series
button_decline = Decline
button_decline_plain = Without a reason
button_improve = Change it myself
button_send_again = Send again
button_ask_change = Ask for a change
button_never_mind = Never mind
button_ask_client = Ask a client
button_withdraw_link = Withdraw the link
ask_what_to_change = <b>What should be different?</b> Reply to this message.
never_mind = All right. You can still decide with the card above.
change_is_asked = Thank you. I've passed that on, and I'll show you the post again once it's changed.
approval_link =
    This link is for <b>one person</b>, until { $time }: they see post { $id } and nothing else, and can approve it, ask for a change, or decline it. Send it on:

    { $link }
approval_link_sent = I've sent you the link, in our own chat.
approval_link_needs_chat = I can't write to you alone yet. Open a chat with me, tap Start, and try again.
approval_link_withdrawn = The link is withdrawn. It no longer works.
client_welcome = Hello { $name }! You've been asked what you think of this post. The card is all you need here.
client_only_card = All you can do here is decide about the post on the card above: approve it, ask for a change, or decline it. Was that your answer to a question of mine? Then hold the question, tap Reply, and send it again.
client_link_in_team = You're in the team already. This link is for somebody from outside: send it on to them.
client_link_used = Somebody else has already opened this link, and it's for one person only. Please ask for a new one.
client_link_expired = This link has expired. Please ask for a new one.
client_link_withdrawn = This link has been withdrawn. Please ask whoever sent it to you.
client_link_unknown = This link leads nowhere. Please check that it's complete.
alert_change_asked = ✏️ Post { $id }{ $of_account } by { $name }: { $client } asks for a change: “{ $note }”
result_change_asked = ✏️ <b>Post { $id }</b>{ $of_account }: { $name } asks for a change: “{ $note }”. Change it, and I'll show it to them again.
result_note = 💬 <b>Post { $id }</b>{ $of_account }: { $name } writes: “{ $note }”
card_note = 💬 <b>{ $name }</b>: { $text }
note_kept = Your note is on the card of post { $id } now.
note_is_empty = Write your note after the colon, such as <code>note: a brighter one, please</code>.
made_by = by { $name }
group_hello = Hello! Here I can show a team what's planned: the cards of an account's posts, what needs an approval, and how it turned out. An owner of this bot chooses the account with /group; in a forum, in the topic where it should appear.
group_sees_all = I can see every message here, but what you say to each other is none of my business: I only hear commands, replies to my messages, taps on my buttons, and photos and videos whose caption mentions { $mention }.
group_sees_little = As a plain member I only see commands, replies to my messages and taps on my buttons here, so photos and videos only reach me in reply to one of my messages. To let me see a caption that mentions { $mention }, make me an administrator of this group. Or talk to @BotFather: <code>/setprivacy</code>, then <i>Disable</i>; after that, remove me from here and add me again.
group_only_there = Type /group in the group, or in the topic of a forum, where an account's posts should appear.
group_only_owners = Only an owner decides that.
group_shows = Posts of <b>{ $accounts }</b> are shown here: what's planned, what needs an approval, and how it turned out.
group_shows_none = No account's posts are shown here yet. Tap the one whose posts should be.
group_button_on = Show { $account } here
group_button_off = ✓ { $account }: stop showing it here
group_result_uploaded =
    ✅ Post { $id }{ $of_account } by { $name } is on Instagram.
    { $link }
group_result = ❗️ Post { $id }{ $of_account } by { $name } ➜ { $state }
help_group = /group – in a group: which accounts' posts are shown there
team_card =
    🗓 <b>Post { $id }</b> · { $type }{ $of_account } · by { $name }
    { $time }{ $said }

    <b>➜ { $state }</b>
anonymous_admin = an admin
ask_why_declined = <b>Why not?</b> Reply to this message with your reason: whoever planned post { $id } will read it.
declined = Post { $id } is declined. I've told whoever planned it.
approved_all = { $count ->
    [one] The post is approved.
   *[other] { $count } posts are approved.
    }
approved_some = { $count ->
    [one] One post is approved.
   *[other] { $count } posts are approved.
    } { $left ->
    [one] One has been changed, or hadn't been shown here yet. This is how it looks now:
   *[other] { $left } have been changed, or hadn't been shown here yet. This is how they look now:
    }
already_approved = { $name } has already approved post { $id }.
already_declined = { $name } has already declined post { $id }.
approval_too_late = Too late: post { $id } was due, so it isn't published. Whoever planned it can choose a new time.
changed_meanwhile = It has been changed in the meantime. This is how it looks now:
only_approvers = Only editors and owners decide about this.
asked_again = Post { $id } is waiting for approval again. I'll tell you what comes of it.
alert_approval_soon = 🔔 Post { $id }{ $of_account } by { $name } is due { $distance } and <b>not approved yet</b>. Without an approval, I won't publish it.
alert_not_approved = ⌛ Post { $id }{ $of_account } by { $name } was due, and nobody had approved it, so I didn't publish it. { $name } knows, and can choose a new time.
result_approval_soon = 🔔 <b>Post { $id }</b>{ $of_account } is due { $distance } and not approved yet. Without an approval, I won't publish it.
result_not_approved = ⌛ <b>Post { $id }</b>{ $of_account } was due, and nobody had approved it, so I didn't publish it. Reply with a new time, and I'll ask again.
result_approved = ✅ <b>Post { $id }</b>{ $of_account } has been approved by { $name }.
result_approved_several = ✅ <b>{ $count } posts</b>{ $of_account } have been approved by { $name }.
result_declined = 🚫 <b>Post { $id }</b>{ $of_account } has been declined by { $name }. Change it and send it again, or delete it.
result_declined_why = 🚫 <b>Post { $id }</b>{ $of_account } has been declined by { $name }: “{ $note }”. Change it and send it again, or delete it.

## What became of a post, for its owner

result_published =
    ✅ <b>Post { $id }</b> ({ $type }){ $of_account } is on Instagram.
    { $link }
result_retrying = ⏳ <b>Post { $id }</b>{ $of_account } isn't online yet. { $reason } I'll try again in { $wait } and let you know how it goes.
result_failed = ❌ <b>Post { $id }</b>{ $of_account } couldn't be published. { $reason }
result_unconfirmed = ❓ <b>Post { $id }</b>{ $of_account }: I couldn't confirm it yet. { $reason } I'll check Instagram again in a few minutes and tell you what I find. If you already know, tell me.
result_unconfirmed_paused = ❓ <b>Post { $id }</b>{ $of_account }: I couldn't confirm it, and I can't check Instagram right now because publishing is paused. { $reason } As soon as it resumes, I'll check and tell you what I find. If you already know, tell me.
result_asked = ❓ <b>Post { $id }</b>{ $of_account }: I can't find out whether it's on Instagram. { $reason } Please have a look: is it there? I won't do anything until you tell me.{ $links }{ $excerpt }
asked_links =
    { "" }
    It may be one of these:
    { $links }
result_not_yet = ⏳ <b>Post { $id }</b>{ $of_account } is due, but has to wait. { $reason } I'll publish it as soon as that's over; you don't need to send anything again.
result_deleted_by_admin = 🗑 <b>Post { $id }</b> ({ $type }){ $of_account }: the admin has deleted it and its media.
result_account_removed = 🗑 The account <b>{ $account }</b> has been removed, so what you planned for it won't go out (planned: { $count }). It stays in /list; there you can delete it or choose another account.
result_restored_by_admin = ↩️ <b>Post { $id }</b> ({ $type }){ $of_account }: the admin has undone that. It's planned again.
result_preflight = 🔔 Something stands in the way of <b>post { $id }</b>{ $of_account }. { $reason }
result_postponed = ⏳ <b>Post { $id }</b>{ $of_account } has to wait until { $time }. So that Instagram has no reason to block it, the account publishes { $pace }. It goes out by itself then.
result_postponed_several = ⏳ <b>{ $count } of your posts</b>{ $of_account } have to wait. So that Instagram has no reason to block it, the account publishes { $pace }. They go out by themselves: post { $id } first, at { $time }, the last one at { $last }.
result_paused = ⏸ Publishing on <b>{ $account }</b> is paused until somebody resumes it. { $count ->
        [one] Post { $id }, which you've planned there, is kept.
       *[other] The { $count } posts you've planned there are kept.
    } I won't publish anything more than two hours late without asking you.
result_paused_until = ⏸ Publishing on <b>{ $account }</b> is paused until { $time }. { $count ->
        [one] Post { $id }, which you've planned there, is kept.
       *[other] The { $count } posts you've planned there are kept.
    } I won't publish anything more than two hours late without asking you.
offered_by_hand = { " " }I don't know yet when that will be. If it can't wait, let me hand it to you, and post it yourself.
result_waiting = { $count ->
        [one] ⏸ <b>Post { $id }</b>{ $of_account } is due, but publishing is paused. { $reason } The admin knows. I'll publish it as soon as publishing resumes; /list shows how long the pause lasts.
       *[other] ⏸ <b>{ $count } of your posts</b>, starting with post { $id }, are due, but publishing is paused. { $reason } The admin knows. I'll publish them as soon as publishing resumes; /list shows how long the pause lasts, and lets you post them yourself if there's no end to it.
    }{ $offer }
result_late = { $count ->
        [one] ⏰ <b>Post { $id }</b>{ $of_account } was due hours ago, when I couldn't publish. Should I still publish it, as soon as I can?
       *[other] ⏰ <b>{ $count } of your posts</b>, starting with post { $id }, were due hours ago, when I couldn't publish. Should I still publish them, as soon as I can?
    }
result_queue_is_empty = 📭 That was the last planned post{ $of_account }. Send { -media } to fill the next slots; /slots shows them.
result_hand_over = ✋ <b>Post { $id }</b> ({ $type }){ $early }: please post it yourself, on <b>{ $account }</b>. Here's everything: save it to your phone, and tell me when it's out.{ $copy }
hand_over_early = { ", " }planned for { $time }
hand_over_copy = { " " }A tap on the caption copies it.
result_hand_over_reminder = ✋ <b>Post { $id }</b>{ $of_account }: did you post it?{ $excerpt }

## What became of a post, for the admin

alert_retrying = ⏳ Post { $id }{ $of_account } failed for now: <code>{ $error_class }</code>. { $reason } Next attempt in { $wait }.{ $excerpt }
alert_failed = ❌ Post { $id }{ $of_account } failed: <code>{ $error_class }</code>. { $reason }{ $excerpt }
alert_unconfirmed = ❓ Post { $id }{ $of_account } is unconfirmed: <code>{ $error_class }</code>. { $reason } I'm looking for it on Instagram.{ $excerpt }
alert_asked = ❓ Post { $id }{ $of_account } is still unconfirmed: <code>{ $error_class }</code>. { $reason } I've asked its owner.{ $excerpt }
alert_account_paused = ⏸ Publishing is paused on <b>{ $account }</b> for { $wait }: <code>{ $error_class }</code>. { $reason } Planned posts wait.
alert_paused_for_good = ⏸ Publishing is paused on <b>{ $account }</b>: <code>{ $error_class }</code>. { $reason } Planned posts wait until you tap the button or type /resume. If something can't wait, /list hands it to its owner to post by hand.

## What a login asks, in the admin chat

login_asks_two_factor = 🔐 <b>{ $account }</b>: Instagram wants a two-factor code. It's in your authenticator app, or has been sent to { $place }.
login_asks_authenticator = 🔐 <b>{ $account }</b>: Instagram wants the code from your authenticator app.
login_asks_sms = 🔐 <b>{ $account }</b>: Instagram has sent a code by SMS to { $place }.
login_asks_whatsapp = 🔐 <b>{ $account }</b>: Instagram has sent a code by WhatsApp to { $place }.
login_asks_email_challenge = 🔐 <b>{ $account }</b>: Instagram doesn't know this device and has sent a code by email to { $place }.
login_asks_sms_challenge = 🔐 <b>{ $account }</b>: Instagram doesn't know this device and has sent a code by SMS to { $place }.
login_place_unknown = the account's owner
login_how = Reply to this message with the code within { $wait }; I'll delete your reply right away. Until then publishing is paused, and planned posts wait.
login_code_was_wrong = ❌ Instagram rejected that code. { $count ->
        [one] One try is left.
       *[other] { $count } tries are left.
    }
login_failed_new_code = ❌ I couldn't reach Instagram, so no new code was sent. Please try again in a moment.
login_failed_code = ❌ I couldn't reach Instagram with that code. Please send it again.
login_trying = 🔐 <b>{ $account }</b>: Thanks, I'm trying the code …
login_needs_you = 🔐 <b>{ $account }</b>: I can't log in. { $reason } Then tap the button. Until then publishing is paused, and planned posts wait.
login_needs_credentials = 🔐 <b>{ $account }</b>: I can't log in. { $reason } Until then publishing is paused, and planned posts wait.
login_done = ✅ <b>{ $account }</b> is logged in. Publishing goes on.
login_again = 🔐 <b>{ $account }</b>: I'm logging in once more …
login_cancelled = ⏸ <b>{ $account }</b>: Login cancelled. Publishing is paused, and planned posts wait until you let me log in.
login_expired = ⏸ <b>{ $account }</b>: No code came in time. Publishing is paused, and planned posts wait until you let me log in again.
login_wrong = ⏸ <b>{ $account }</b>: Too many wrong codes, so I've stopped before Instagram gets suspicious. Publishing is paused, and planned posts wait until you let me log in again.
login_replaced = 🔐 <b>{ $account }</b>: Instagram wants something else now; see my latest message.
login_in_reply = If that's the code for <b>{ $account }</b>: please send it as a reply to my question about it.
login_in_admin_chat = If that's the code for <b>{ $account }</b>: it belongs in the admin chat, as a reply to my question there. Please delete your message here.
login_not_a_code = That doesn't look like a code: it's digits only, mostly six of them. Please reply to my question again.
login_too_late = That question is closed. My latest message about the login says how it stands.
login_not_needed = All is well: that account is logged in.
login_delete_it = I can't delete your reply here, so please delete it yourself. (In a group I need the admin right to delete messages.)

## Why it went wrong

reason_network = I couldn't reach Instagram.
reason_platform_down = Instagram is having problems of its own right now.
reason_transcoding = Instagram is still working on the video.
reason_rate_limited = Instagram is asking me to wait: too much happened in too short a time.
reason_feedback_required = Instagram has restricted the account for a while.
reason_login_required = Instagram doesn't accept the login.
reason_session_ended = The browser's session is over.
reason_other_account = That session belongs to another Instagram account.
reason_on_request = Somebody has paused it.
reason_secret_key = SECRET_KEY doesn't fit the stored login.
reason_bad_password = Instagram rejected the password.
reason_two_factor = Instagram is asking for a two-factor code.
reason_authenticator = Instagram is asking for the code from the authenticator app.
reason_sms = Instagram has sent a code by SMS.
reason_whatsapp = Instagram has sent a code by WhatsApp.
reason_email_challenge = Instagram doesn't know this device and has sent a code by email.
reason_sms_challenge = Instagram doesn't know this device and has sent a code by SMS.
reason_wrong_code = Instagram rejected the code.
reason_consent = Instagram wants the account's owner to agree to something, such as new terms.
reason_selfie = Instagram wants a selfie video to see that it's really you.
reason_password_reset = Instagram wants the account to have a new password.
reason_login_interrupted = I was interrupted while logging in, so I don't know whether it worked.
reason_challenge = Instagram wants to make sure that it's really the account's owner.
reason_suspended = Instagram has suspended the account.
reason_proxy_blocked = Instagram is blocking this address, or the account's name is wrong.
reason_proxy_unreachable = The account's proxy can't be reached.
reason_upgrade_needed = Instagram is asking for a newer client.
reason_aspect_ratio = Instagram rejected the shape of the picture.
reason_caption_refused = Instagram rejected the caption or its hashtags.
reason_media_refused = Instagram couldn't process the picture or video.
reason_media_missing = One of its files got lost, and Telegram doesn't have it any more either. Please send it again in reply to the post's card: the rest of the post stays.
reason_media_damaged = One of its files is damaged. Please send it again in reply to the post's card: the rest of the post stays.
reason_media_away = I can't reach the place where I keep the media right now.
reason_media_coming = One of its files got lost, and I'm fetching it from Telegram again.
reason_disk_full = My disk is full.
reason_own_fault = Something went wrong on my side, not on Instagram's.
reason_refused = Instagram rejected the post.
reason_reply_lost = Instagram's reply got lost, so it may already be there.
reason_unclear = Instagram's reply doesn't say whether it's there.
reason_needs_upload = Instagram has lost what I'd uploaded.
reason_looks_alike = Something there looks like it, but nothing proves that it's this post.
reason_interrupted = I was interrupted while publishing it, so it may already be there.
reason_id_taken = Instagram says that it already has it, but I don't see it there.
reason_vanished = Instagram accepted it, but I don't see it there.
reason_collision = Another post is planned for the same minute, so one of the two will appear a little later.
reason_paused = Publishing is paused, and the post waits until it resumes. The admin knows why.
reason_restored = I was restored from a backup made before it was due, so it may be live already.
reason_backup_disk_full = The disk is full.
reason_backup_disk = I can't write to the folder for backups.
reason_backup_tool = The database couldn't be dumped.
reason_backup_pooler = DATABASE_URL leads to a pooler, and a backup needs the server itself.
reason_backup_failed = Something unexpected happened.
reason_late = It was due hours ago, when I couldn't publish.
reason_declined = It was declined.
reason_not_approved = Nobody approved it in time.
reason_not_posted = You didn't post it.
reason_unknown = Instagram sent a reply that I don't know.

## What the admin can do about it

remedy_feedback_required = Open the Instagram app and check whether it asks you for something.
remedy_login_required = Open the Instagram app, confirm that it was you, and check the name and password in the settings.
remedy_secret_key = Give the bot and all publishers the same SECRET_KEY, then restart them.
remedy_bad_password = Check INSTAGRAM_USERNAME and INSTAGRAM_PASSWORD in the settings, then restart the bot.
remedy_two_factor = Put the authenticator's key into INSTAGRAM_TOTP_SECRET, then restart the bot.
remedy_challenge = Open the Instagram app and confirm there that it was you.
remedy_consent = Open the Instagram app and answer what it asks you there.
remedy_selfie = Open the Instagram app, record the video there, and wait until Instagram has looked at it.
remedy_password_reset = Choose a new password in the Instagram app, and give it to me: in the settings, or with /accounts.
remedy_session_ended = Log in to instagram.com in a browser again, and give me its new sessionid with /accounts.
remedy_other_account = Log in to instagram.com with this account, and give me that sessionid.
remedy_suspended = Open the Instagram app: it says why, and how to appeal.
remedy_proxy_blocked = Check INSTAGRAM_USERNAME, or use another proxy.
remedy_proxy_unreachable = Check its address and whether it's running, or choose another one; then resume.
remedy_upgrade_needed = Postbote needs an update.

## The bot's own troubles, for the admin

alert_error = ⚠️ There was an error in the bot itself: <code>{ $error_class }</code>. The log has the details.
alert_restored =
    📦 I was restored from a backup made { $wait } ago. I don't know what has been planned, changed, deleted or published since, so please look through /list. What's planned there for later goes out, unless you pause. { $count ->
        [one] One post has been due since. I've asked whether it's on Instagram, and won't publish it until somebody tells me.
       *[other] { $count } posts have been due since. I've asked whether they're on Instagram, and won't publish them until somebody tells me.
    }{ $others }
alert_restored_in_time = 📦 I was restored from a backup made { $wait } ago. I don't know what has been planned, changed, deleted or published since, so please look through /list. What's planned there for later goes out, unless you pause. No post has been due since.{ $others }
restored_others = { " " }{ $count ->
        [one] One post was waiting for approval, on hold, failed or handed to its owner. It may have gone out since
       *[other] { $count } posts were waiting for approval, on hold, failed or handed to their owners. They may have gone out since
    }, so look at Instagram before you let anything of that go out.
alert_backup_failed = ⚠️ Last night's backup failed. { $reason } The log has the details; I'll try again tonight.
alert_media_away = ⚠️ Posts that are due have to wait. { $reason } They go out once that's over.
remedy_media_away = Is the media folder mounted, or the store of MEDIA_URL up? The log says more.
remedy_disk_full = Please make room on the machine that publishes.
alert_clock_database_ahead = 🕰 The database's clock is { $wait } ahead of Instagram's. Posts go out by that clock, so they come that much too early. Set the clock of the machine with the database, { -set-clock }.
alert_clock_database_behind = 🕰 The database's clock is { $wait } behind Instagram's. Posts go out by that clock, so they come that much too late. Set the clock of the machine with the database, { -set-clock }.
alert_clock_machine_ahead = 🕰 The clock of <code>{ $host }</code> is { $wait } ahead of the database's. Posts go out by the database's clock, but times such as “in 2 hours” are worked out by this one. Please set it, { -set-clock }.
alert_clock_machine_behind = 🕰 The clock of <code>{ $host }</code> is { $wait } behind the database's. Posts go out by the database's clock, but times such as “in 2 hours” are worked out by this one. Please set it, { -set-clock }.
alert_clock_set_ahead = 🕰 The clock of <code>{ $host }</code> was put { $wait } forward while I was running. Planned times go by it, so please check that it's correct.
alert_clock_set_behind = 🕰 The clock of <code>{ $host }</code> was put { $wait } back while I was running. Planned times go by it, so please check that it's correct.
alert_sweep = ⚠️ { $process } hasn't looked for due posts for { $wait }, so posts may be late. If this lasts, restart it.
alert_nobody_publishes = ⚠️ Nobody is publishing: no publisher is running, so posts that are due are waiting. Start one with <code>python -m publisher</code>, or set <code>PUBLISH_IN_BOT=true</code>.
alert_overdue =
    ⚠️ { $count ->
        [one] A post should have been published minutes ago, and nothing I know of is holding it up
       *[other] { $count } posts should have been published minutes ago, and nothing I know of is holding them up
    }: { $posts }. The log has more.
alert_disk = ⚠️ The disk of <code>{ $host }</code> is nearly full: { $free } MB free. Below { $floor } MB, I won't take any new media. Posts that are already planned still go out.
alert_silent = ⚠️ { $process } has given no sign of life for { $wait }. If you've switched it off for good, there's nothing to do.
alert_ending = 🔑 The session of <b>{ $account }</b> ends on { $until } at the latest: a browser keeps one for a year. Please give me a new one before that. Log in to instagram.com in a private window, then tap “Update login” on the account's card in /accounts.
alert_ending_key = 🔑 I reach the media with <code>AWS_SESSION_TOKEN</code>, and such a key expires (at Amazon after 36 hours at most). Posts will then wait for their media. Please give me a key that doesn't expire, or give the machine a role.
alert_and_more = … and { $count } more
alert_event = In the log: <code>{ $event }</code>
process_bot = The bot on <code>{ $host }</code>
process_publisher = The publisher on <code>{ $host }</code>
status_head = <b>Status</b> · { $time }
status_well = ✅ I know of nothing that's wrong.
status_wrong = ⚠️ { $count ->
        [one] One thing is wrong.
       *[other] { $count } things are wrong.
    }
status_button_refresh = 🔄 Refresh
status_accounts = <b>Accounts</b>
status_account_well = ✅ <b>{ $account }</b>: logged in since { $since }
status_account_ends = ✅ <b>{ $account }</b>: logged in since { $since }, until { $ends } at the latest
status_account_unknown = ▫️ <b>{ $account }</b>: not logged in yet. That happens with the first post.
status_account_logs_in = 🔑 <b>{ $account }</b>: the session has ended, logging in again
status_account_asked = 🔐 <b>{ $account }</b>: needs your answer to log in. The question is in this chat.
status_account_by_hand = ✋ <b>{ $account }</b>: by hand
status_account_on_request = ⏸ <b>{ $account }</b>: paused until somebody types /resume
status_account_on_request_until = ⏸ <b>{ $account }</b>: paused until { $until }
status_account_paused = ⏸ <b>{ $account }</b>: paused until somebody resumes it. { $reason }
status_account_paused_until = ⏸ <b>{ $account }</b>: paused until { $until }. { $reason }
status_posts = <b>Posts</b>
status_queue = 📬 { $planned } planned · { $due } due · { $overdue } overdue
status_posts_unconfirmed = ❓ { $count ->
        [one] { $count } unconfirmed: I'm checking if it's live
       *[other] { $count } unconfirmed: I'm checking if they're live
    }
status_posts_awaiting_approval = 🔔 { $count } waiting for approval
status_posts_handed_over = ✋ { $count } handed over to be posted by hand
status_posts_held = ✋ { $count } on hold until you decide
status_posts_failed = ❌ { $count } failed, see /list
status_processes = <b>Processes</b>
status_process_own = ⚙️ { $process }, this one, started { $started },
status_process_other = ⚙️ { $process }, last seen { $seen },
status_process_silent = ⚠️ { $process }, <b>last seen { $seen }</b>
status_process_unknown = ▫️ No sign of life yet: the first comes within a minute.
status_sweep = { " " }looks for due posts every { $every }, last { $swept }
status_sweep_none = { " " }hasn't looked for due posts yet
status_sweeps_not = { " " }doesn't publish
status_system = <b>System</b>
status_database = 🗄 The database answered within { $milliseconds } ms
status_polling = ✈️ Telegram is connected, updates are fetched
status_webhook = ✈️ Telegram is connected, updates come by webhook
status_disk = 💾 <code>{ $host }</code>: { $free } GB free
status_messages = ✉️ { $outgoing } waiting to be sent · { $incoming } waiting to be handled
status_parked = 🔇 { $count } couldn't be delivered
alert_over_sweep = ✅ { $process } is looking for due posts again.
alert_over_nobody_publishes = ✅ A publisher is at work again.
alert_over_overdue = ✅ No post is late without a reason any more.
alert_over_disk = ✅ The disk of <code>{ $host }</code> has room again.
alert_over_clock = 🕰 The clock that was wrong is right again.
alert_over_silent = ✅ { $process } is at work again.
alert_over_ending = ✅ The session of <b>{ $account }</b> has been renewed.
alert_over_ending_key = ✅ I now reach the media with a key that doesn't expire.
alert_over_account_paused = ▶️ <b>{ $account }</b> is publishing again.
alert_over_media_away = ✅ That's over: the posts that had to wait are going out.
alert_blocked = 🔇 The owner of post { $id } doesn't accept messages from me: <code>{ $reason }</code>. I'm keeping what I have to tell them until they do.
alert_undeliverable = 🔇 Telegram rejected my message about post { $id }: <code>{ $reason }</code>. /list shows where it stands.
alert_dead_letter = ⚠️ I couldn't handle a message, even after several tries: <code>{ $error_class }</code>. I've put it aside; the log has the details. { $told }
dead_letter_told = The sender has been told.
dead_letter_untold = I couldn't tell the sender.
alert_orphaned = ⚠️ Posts are planned for <b>{ $reason }</b>, an account that the settings no longer name, so nobody will publish them. Put it back into the settings, or see /list: there the posts can be deleted, or handed to their owners to post by hand.
alert_admin_chat_moved = ⚠️ This group has become a supergroup and has a new ID. Until <code>ADMIN_CHAT_ID={ $reason }</code> is in the settings and the bot has been restarted, you'll hear about failures here, but the admin's commands won't work.
alert_database_was_away = ⚠️ The database didn't answer for { $wait }. Messages waited at Telegram; everything is running again.
alert_second_poller = ⚠️ Another process is fetching this bot's messages with the same token. Stop one of the two; until then, answers may be slow.
alert_joined = 👋 <b>{ $name }</b> has joined the team (role: { $role }). Not who you meant? You can remove them in /team.
alert_held =
    ✋ <b>{ $name }</b> (<code>{ $person }</code>) may no longer plan posts here, so { $count ->
        [one] I'm holding the one post this person planned, post { $id }. What should happen to it?
       *[other] I'm holding the { $count } posts this person planned, starting with post { $id }. What should happen to them?
    }

    If you let this person plan again (/team, or the ID in ALLOWED_USER_IDS), it all goes out by itself. /list shows what's on hold.
alert_disk_trouble = ⚠️ I couldn't save a file: <code>{ $reason }</code>. Its sender was asked to send it again. Please check the disk.

## Who is in, and invitations

help_team = /team – who may do what, and invitations
team_title = <b>Team</b>
team_no_account_given = There's no account here that you may post to. Ask an owner of this bot to give you one in /team.
team_not_seen = not seen yet (ID { $id })
team_person = <b>{ $name }</b> · { $role } · { $accounts } · { $since }
team_since = since { $day }
team_invited_by = Invited by { $name }.
team_by_settings = by the settings
team_all_accounts = all accounts
team_no_account = no account
team_accounts = { $count } accounts
team_link = 🔗 Invitation: { $role } · { $accounts } · open until { $time }
team_admin = <i>Whoever runs the admin chat is an owner as well.</i>
team_may_owner = may do everything: everyone's posts, all accounts, and this team
team_may_editor = plans, sees and changes everyone's posts for their accounts, and approves what authors plan
team_may_author = plans posts for their accounts, and sees and changes their own
team_may_viewer = sees what's planned for their accounts, and changes nothing
team_role_line = <b>{ $role }</b>: { $may }
team_is_admin = ADMIN_CHAT_ID makes this person an owner. That can only be changed in the settings.
team_allowed = ALLOWED_USER_IDS lets this person in.
team_let_in_anyway = ⚠️ You removed this person, but ALLOWED_USER_IDS still lets them in, as an author for all accounts. To keep them out, take their ID out of the settings and restart the bot.
team_ask_role = Which role should <b>{ $name }</b> have?
team_invite_as = What should the person you invite be?
team_invite_for = Which accounts should the person you invite work for? So far: { $accounts }.
team_ask_accounts = Which accounts should <b>{ $name }</b> work for? Now: { $accounts }.
team_ask_how_long = Whoever you invite joins as <b>{ $role }</b>, for { $accounts }. How long should the link work? It lets one person in.
team_ask_remove = Remove <b>{ $name }</b> from the team? They lose access at once. What they've planned is put on hold, and you decide about it.
team_ask_remove_allowed = Remove <b>{ $name }</b> from the team? ALLOWED_USER_IDS still lets them in afterwards, as an author for all accounts, until you take their ID out of the settings.
team_removed = <b>{ $name }</b> has been removed.
team_gone = That has changed in the meantime. Here's the team as it is now.
team_link_is_secret = The link itself can't be shown again. If it got lost, withdraw this invitation and make another one.
team_link_is_below = The invitation is below. Forward it to the one person it's for.
team_link_is_private = The invitation is in your private chat with me. Forward it to the one person it's for.
team_no_private_chat = I can't send you the link in private, so there is no invitation. Open a private chat with me first, and use /team as yourself, not as an anonymous admin.
team_withdrawn = The invitation has been withdrawn.
team_link_was_used = Too late: someone has already joined with this link. You can change or remove them here.
team_invitation =
    💌 You're invited to a team that plans Instagram posts with me. Your role: <b>{ $role }</b>, for { $accounts }.

    Open this link and tap <i>Start</i>: { $link }

    It works once, until { $time }.
team_button_invite = ➕ Invite someone
team_button_role = Role
team_button_accounts = Accounts
team_button_remove = Remove
team_button_remove_sure = Yes, remove
team_button_keep = No, keep
team_button_withdraw = Withdraw
team_button_link = 🔗 { $role }
team_button_all = All accounts
team_button_next = Continue ›
team_button_back = ‹ Team
team_button_days = { $count ->
        [one] 1 day
       *[other] { $count } days
    }
team_welcome =
    👋 Welcome, { $name }! You're in. Your role: <b>{ $role }</b>, for { $accounts }.

    { $may } /help explains the rest.
team_welcome_owner = You may do everything: send me a photo or a video to plan a post, /list shows everyone's posts, /team who may do what.
team_welcome_editor = Send me a photo or a video to plan a post. /list shows everyone's posts: you can change all of them, and approve what authors plan.
team_welcome_author = Send me a photo or a video to plan a post. /list shows yours, and you can change them.
team_welcome_viewer = /list shows what's planned.
team_role_is_now = 👋 Your role here is now <b>{ $role }</b>. { $may }
team_link_joined = This invitation is good. Please open its link once more.
team_link_already_in = You're already in, so the invitation is still there for someone else. /help shows what you can do.
team_link_used = This invitation has been used already: each one lets in one person, once. Ask whoever sent it to you for a new one. Your Telegram ID is <code>{ $id }</code>.
team_link_expired = This invitation has expired. Ask whoever sent it to you for a new one. Your Telegram ID is <code>{ $id }</code>.
team_link_withdrawn = This invitation has been withdrawn. If you think that's a mistake, ask whoever sent it to you. Your Telegram ID is <code>{ $id }</code>.
team_link_unknown = I don't know this link. Perhaps part of it got lost: open it by tapping it, or ask whoever sent it to you for a new one. Your Telegram ID is <code>{ $id }</code>.
team_link_later = I can't look at this link right now. Please open it again in a few minutes.

## In the terminal: postbote setup

cli_yes = y, yes
cli_about = Run the bot, or one of the commands below. With --sandbox, no account is needed.
cli_usage = usage:
cli_help = show this help
cli_arguments = what it needs
cli_options = options
cli_commands = commands
cli_not_understood = This can't be understood ({ $reason }). “{ $command } --help” explains it.
cli_sandbox = try it on this computer, with no account
cli_sandbox_tour = with --sandbox: play one story in the terminal
cli_sandbox_port = with --sandbox: the port of its page
cli_sandbox_folder = with --sandbox: where it keeps chat, profile and posts
cli_wrong_port = a port is a number up to 65535
cli_help_run = run the bot with the settings at hand, until it is stopped
cli_help_setup = ask for the five settings, check each, and write them into .env
cli_help_check = say line by line whether everything the bot needs is there
cli_help_backup = write database, media and key into one file; the bot may run
cli_help_rollback = take the database back to what an older version can read
cli_help_export = write posts as CSV and JSON, with their media, into a folder
cli_help_restore = restore a backup into an empty database and folder
cli_backup_file = the file to write
cli_restore_file = a file that postbote backup has written
cli_export_user = whose posts, by Telegram ID; without it, everybody's
cli_export_folder = a folder that isn't there yet
cli_rollback_revision = the number with which the older version's last file in storage/migrations/versions begins; left out: what the database had before the last update
cli_broken_off = Interrupted. Nothing half-done is left behind.
cli_backup_done = { $file } is complete: { $size } MB, { $count ->
        [one] 1 media file
       *[other] { $count } media files
    }.
cli_backup_without_key = SECRET_KEY isn't in it: your settings have it. Keep it as well.
cli_backup_lost = { $count ->
        [one] A media file that a post needs was gone before, so it isn't in there.
       *[other] { $count } media files that posts need were gone before, so they aren't in there.
    }
cli_backup_encrypted = It's encrypted with BACKUP_PASSPHRASE.
cli_backup_open = It isn't encrypted, and whoever reads it has your passwords. To encrypt the next one, set BACKUP_PASSPHRASE.
cli_export_done = { $folder } is written, with { $posts ->
        [one] 1 post
       *[other] { $posts } posts
    } and { $media ->
        [one] 1 media file
       *[other] { $media } media files
    }.
cli_export_incomplete = { $count ->
        [one] The media of one post are no longer kept.
       *[other] The media of { $count } posts are no longer kept.
    }
cli_restored = Restored as of { $when }, with { $count ->
        [one] 1 media file
       *[other] { $count } media files
    }.
cli_restored_without_key = The backup's key was a SECRET_KEY in the settings. Set it before the first start.
cli_restored_another_key = Your SECRET_KEY is another one. For the first start, set SECRET_KEY_OLD to what { $file } holds.
cli_restored_damaged = { $count ->
        [one] One media file was damaged before the backup, and is left out.
       *[other] { $count } media files were damaged before the backup, and are left out.
    }
cli_restored_asked = { $count ->
        [one] One post has been due since. Its owner is asked whether it's live.
       *[other] { $count } posts have been due since. Their owners are asked whether they're live.
    }
cli_restored_next = Nothing is known of what has happened since the backup. Start the bot, and look through /list: what is planned for later goes out.
cli_rollback_ask =
    The database is at revision { $current }. The last backup from before an update was made on { $when }
    and is of revision { $revision }: { $count ->
        [one] one step
       *[other] { $count } steps
    } back. What newer versions have added since is lost there.
    If you have updated since without a backup, say no and name the revision. Go back to { $revision }? (y/N)
cli_rollback_done = The database is at revision { $revision }. Start the version that it belongs to.
setup_welcome =
    Let's set up Postbote. There are five questions, and each answer is checked at once.
    You can stop at any time with Ctrl-C: what's right so far is kept.
setup_file_exists = There is a { $file } here already. Go through its five settings? All its other lines stay as they are. (y/N)
setup_file_unfinished = There is a { $file } here already. Go on from where it stands? All its other lines stay as they are. (Y/n)
setup_file_left = { $file } is left as it is.
setup_broken_off = Stopped. What was right is in { $file }; “postbote setup” picks up from there.
setup_stopped = Stopped. Nothing is written yet.
setup_not_utf8 = { $file } is not in UTF-8. Save it as UTF-8 in your editor, then try again.
setup_file_trouble = { $file } can't be read or written: { $reason }. Run this in a folder of your own.
setup_prompt = { $name }:
setup_prompt_or = { $name } (Enter for { $present }):
setup_prompt_keep = { $name } (Enter keeps the one you have):
setup_needed = This one is still missing.
setup_take_unchecked = Use it without checking? No lets you try again. (y/N)
setup_ask_telegram_bot_token =
    { $number } of { $count }. The bot's token. In Telegram, write /newbot to @BotFather, choose a name,
    and paste the token here. It isn't shown while you do.
setup_wrong_token = That isn't a token. It looks like 123456:ABC-DEF, in @BotFather's answer below “Use this token”.
setup_token_refused = Telegram doesn't know this token. Copy it once more from @BotFather: /mybots, then your bot, then API Token.
setup_telegram_away = Telegram can't be reached just now ({ $reason }). Is this machine online?
setup_bot_is = That's “{ $name }”, @{ $username }.
setup_write_to_bot = Now open https://t.me/{ $username } on your phone and tap Start, so that the bot may write to you.
setup_ask_allowed_user_ids =
    { $number } of { $count }. Who may plan posts? Telegram IDs, with commas between them.
    You can invite everyone else later from the chat, with /team.
setup_has_written = { $name } ({ $id }) has written to the bot.
setup_nobody_wrote = Nobody has written to the bot lately. Tap Start in its chat, or send it a word, then press Enter.
setup_fetched_elsewhere = Another program, or a webhook, receives this bot's messages, so I can't see who has written. Stop it, send the bot a word, then press Enter; or type the ID.
setup_wrong_people = Those aren't people's IDs. An ID is a number such as 123456789; press Enter after writing to the bot to see yours.
setup_person_is = { $id } is { $name }.
setup_person_unknown = { $id } hasn't written to the bot yet. That's fine, if the number is right.
setup_ask_admin_chat_id =
    { $number } of { $count }. Which chat should hear about failures? Whoever runs it owns the bot.
    Your own ID is a good start. For a group, add the bot to it and use the group's ID, which is negative.
setup_group_is = The group “{ $name }” has the ID { $id }.
setup_wrong_chat = That isn't a chat's ID: it's a number, and negative for a group.
setup_chat_is_bot = That's the bot itself. Use your own ID.
setup_chat_is_channel = That's a channel, and all its subscribers would get the admin's buttons. Use your own ID or a group's.
setup_chat_unknown = The bot may not write to { $id } yet. Open its chat in Telegram, tap Start, then try again; and check the number.
setup_group_unknown = The bot isn't in the group { $id }. Add it there, then try again; and check the number, with its minus sign.
setup_admin_is_person = { $name } will hear about failures, and owns the bot.
setup_admin_is_group = The group “{ $name }” will hear about failures; its admins own the bot.
setup_ask_instagram_username = { $number } of { $count }. The Instagram account's name, without the @.
setup_wrong_account = That isn't an account's name. It has letters, digits, periods and underscores only, and is no email address.
setup_ask_instagram_password = { $number } of { $count }. Its password. It isn't shown while you type, and stays on this machine.
setup_wrong_password = That's too short for an Instagram password.
setup_environment_counts = { $name } is also set in the environment, to something else, and that is what counts. Remove it there.
setup_written = All five are in { $file }, which only you can read.
setup_taken_over = { $name }={ $value } is in it as well, taken from this machine. You can change it there.
setup_about_login =
    Postbote can log in to Instagram now, once, and go on with that session. Instagram may ask for a code
    or show you an alert; log in with its app from this network first, so that the place isn't new to it.
    If you say no, Postbote logs in by itself before the first post, and asks in the admin chat.
setup_log_in_now = Log in now? (y/N)
setup_logging_in = Logging in. This takes a moment …
setup_logged_in = ✓ { $account } is logged in. Postbote goes on with this session.
setup_logged_in_already = ✓ { $account } is logged in already, so I leave it at that.
setup_ask_code = The code (Enter to give it later, in the admin chat):
setup_login_open = { $account } isn't logged in, and I won't try again by myself. Start Postbote: it says in the admin chat what to do.
setup_login_later = { $account } couldn't be logged in just now. Start Postbote: it tries again, and says in the admin chat how that went.
setup_done = Now start it the way you installed it: “postbote run”, “docker compose up --detach” or “systemctl enable --now postbote”. “postbote check” tells whether all is well.

## In the terminal: postbote check

check_said = { $sentence }
check_setup = “postbote setup” asks for what is missing, and checks each answer.
check_settings = Settings: complete.
check_readers = { $file } holds secrets, and other accounts of this machine can read or change it: chmod 600 { $file }
check_database = Database: PostgreSQL { $version } answers, and its tables are up to date.
check_database_old = Database: PostgreSQL { $version } answers; the next start brings its tables up to date.
check_database_new = Database: the first start makes one in { $folder }.
check_runs = Postbote is running.
check_runs_not = Postbote isn't running.
check_account = { $account }: logged in.
check_account_by_hand = { $account }: you publish its posts by hand.
check_account_not_yet = { $account }: not logged in yet; Postbote does that when it has something to do.
check_account_paused = { $account }: paused on request. /resume ends that.
check_account_rests = { $account }: paused until { $until }. { $why }
check_account_waits = { $account }: waits for you. { $why }
check_account_key = { $account }: SECRET_KEY doesn't fit its stored password and session. Put back the key that was there before, or DATA_DIR/secret.key.
check_media = Media: { $folder } is there.
check_media_away = Media: { $folder } has none of the { $count } files that planned posts need. Is it mounted?
check_media_store = Media: { $why }
check_media_new = Media: the first start makes { $folder }.
check_media_closed = Media: Postbote may not write to { $folder }. It has to belong to the user who runs Postbote.
check_telegram = Telegram: the token is @{ $username }'s.
check_polling = Telegram: updates are fetched; waiting: { $count }.
check_webhook = Telegram: updates go to { $host }; waiting: { $count }.
check_webhook_fails = Telegram can't deliver updates to { $host }: { $reason }. Waiting: { $count }.
check_webhook_other = Telegram: updates don't arrive the way WEBHOOK_URL says yet; the next start changes that.
check_admin_chat = Admin chat: { $name }.
check_clock = Clock: the same as Telegram's.
check_clock_unknown = Clock: the server doesn't say what time it is.
check_clock_wrong = Clock: { $seconds } seconds off. Let this machine set it by itself: timedatectl set-ntp true
check_disk = Disk: { $free } GB are free for { $folder }.
check_disk_closed = Disk: Postbote may not write to { $folder }. It has to belong to the user who runs Postbote.
check_disk_full = Disk: only { $free } GB are free for { $folder }, and { $floor } GB must stay free. Make room, or lower MIN_FREE_DISK_MB.
check_backups = Backups: the latest of { $count } in { $folder } is from { $when }.
check_log = Log: { $file }.
check_log_closed = Log: Postbote may not write { $file }. Change LOG_FILE, or give the file to the user who runs Postbote.
check_backups_new = Backups: none is in { $folder } yet. Postbote makes one each night.
check_backups_old = Backups: the latest in { $folder } is from { $when }, and last night's is missing. Postbote makes it up soon after a start, or has told the admin chat why not.
check_backups_away = Backups: Postbote may not write to { $folder }, or it isn't there. Is it mounted?
check_ffmpeg = Videos: { $name } is there.
check_ffmpeg_missing = Videos: there's no ffmpeg. Reinstall Postbote with all its packages.
check_proxy = Proxy: it can be reached.

## How moments are written (patterns of the CLDR)

pattern_day = EEE d MMM
pattern_day_year = EEE d MMM y
pattern_weekday_and_day = EEE d
pattern_clock = HH:mm

## What people may type instead of tapping: words that mean the same as a button

typed_photo = photo, picture, image
typed_video = video, clip, film
typed_reel = reel, reels
typed_story = story, stories
typed_carousel = carousel, album
typed_stories = stories, several stories, stories in a row
typed_skip = skip, none, no, -
typed_keep = keep, use, yes, ok, same
typed_yes = yes, y, ok, okay, plan, schedule, schedule it, publish, go
typed_sure = yes, y
typed_back = back
typed_no = no, n
typed_add = add, add it, add this
typed_cancel = cancel, discard
typed_delete = delete, remove
typed_now = now
typed_account = account, profile
typed_type = type
typed_caption = caption, text, new caption, another caption, new text
typed_hashtags = hashtags, hashtag, tags, more hashtags, other hashtags, new hashtags
typed_crop = crop, cut
typed_blur = blur, blurred
typed_white = white
typed_black = black
typed_left = left
typed_right = right
typed_up = up, top
typed_down = down, bottom
typed_first = first, start, beginning
typed_last = last, end
typed_automatic = automatic, auto
typed_fit = fit, framing, frame, format
typed_trim = trim, trimming, part, length
typed_cover = cover
typed_order = order, sequence
typed_slots = slots, free slots
typed_daily = daily, every day
typed_one_by_one = one by one, single, singly
typed_as_one = as one, together, as one post
typed_same_caption = same caption, caption for all
typed_separate = separate, separately, as separate posts, separate posts
typed_earlier = earlier, before
typed_later = later, after
typed_to_front = to front, front, to the front
typed_remove = remove, delete
typed_other = another, another one, other
typed_done = done, ready, finished
typed_time = time, date, reschedule, new time, another time, other time
typed_media = media, replace, replace it, replace photo, replace picture, replace video, another photo, another picture, another video, send another, send another one, new photo, new picture, new video, change photo, change picture, change image, change video, change the photo, change the picture, change the image, change the video

## What people say around it

# Left out before anything is compared.
said_note = note, notes
said_fillers = change, the, edit, please
said_negations = no, none, not, nope, nah, nothing, without, dont
# May stand around a negation without making a caption of it: "no hashtags, thanks".
said_niceties = thanks, thank, you, any, here, a, for, now, at, all, i, do, want, need, caption, text, title, hashtag, hashtags, tag, tags, needed, necessary
# Said to the bot rather than to the world, although no button says so.
said_asides = next, continue, done, later, stop, empty, nothing, no idea, i dont know, dont know, whatever, na, sure, go on, go ahead, delete, go back, post, send, show, status, what, n/a, nil, blank, leave empty, leave blank, as before, same as before, looks good, huh, plan, plan it, schedule, schedule it, throw it away, forget it, scrap it, what now, now what, wait
# Typed for a command, with a slash or without
# How a post is named by its number: “post 3”
said_post = post
said_list = list, my list, what is planned, whats planned, planned posts, my posts, overview, what is next, whats next, what is coming up, show my posts, show me my posts, show posts
said_help = help, help me, how, how does it work, how does this work, what can you do, what can i do, commands
# Said to the bot to see whether somebody is there; not “good morning”, which may be a caption.
said_greetings = hi, hello, hey, hiya, howdy, hi there, hello there, hey there, hi bot, hello bot, hey bot, are you there, you there, anybody there, who are you
# Thanks and praise. They are for the bot as well, whatever stands around them below.
said_small_talk = thanks, thank, thx, ty, cheers, ok, okay, k, great, cool, nice, good, fine, perfect, super, awesome, lovely, wonderful, amazing, excellent, wow, yay, got, alright, welcome, haha, lol, 👍, 👌, 🙏
said_beside_small_talk = you, it, all, that, thats, is, was, so, very, much, many, a, lot, and, then, really, job, work, well, done, one, right, looks, sounds, bot
# Counts from the time that is planned: "one day later", "an hour earlier".
said_later = later, earlier, sooner, before
# May stand beside such words: "skip this", "as a reel".
said_pointers = it, this, that, one, these, them, so, a, an, as, to, me, caption, text
# Beside the caption or the hashtags, as "delete" does: "clear the caption".
said_taken_away = clear, erase, drop, empty
# Around a list of hashtags: "#sun and #sea, please".
said_around_hashtags = and, plus, the, please, with, instead, only, just
# Before hashtags that come to those there are: "add #sun".
said_adding = add, also, and, plus
# The same before the word "hashtags": "more hashtags: sun".
said_more = more, further, additional, extra
# What somebody wants done, and with what: asked about where no button does it ("delete the photo").
said_wishes = delete, remove, clear, change, edit, replace, swap, use, move, cancel, publish, post, plan, schedule, undo, preview, send
said_wished = photo, picture, image, video, clip, time, date, day, post, draft, story, reel, first, second, last, other, another, new, everything, again, away, later, pls, on, in, of, my, ok
# Before a type, where it may as well be the caption: "my story".
said_articles = my, our, this, that, the, a, an
# Beside a type: "post it as a story".
said_doings = make, post, publish, turn, into, my, draft
# Beside a place whose time is meant, which is the …
said_of_a_place = in …, … time
# Of several posts, one on each day
said_daily = every day, each day, daily, everyday, once a day, one a day, one per day
# What people call commands behind a slash, and their names; besides said_list and said_help
said_commands = show: list, posts: list, planned: list, plan: list, calendar: list, schedule: list, queue: list, today: list, upcoming: list, edit: list, change: list, week: list slots, remove: delete, discard: cancel, abort: cancel, quit: cancel, exit: cancel, end: cancel, clear: cancel, reset: cancel, stop: cancel pause, time: slots, times: slots, zone: timezone, lang: language, account: accounts, login: accounts, logout: accounts, password: accounts, members: team, users: team, people: team, invite: team, stats: status, health: status, settings: timezone slots language accounts team, setup: timezone slots language accounts team, options: timezone slots language accounts team, menu: help, about: help, info: help, faq: help, support: help, continue: resume, unpause: resume
# What people call, there, a command that a new post does not need
said_new_post = new, new post, post, create, add, upload, publish, schedule, photo, video, reel, story
# The next free slot
said_next_free = next free slot, next slot, the next slot, next free time, add to queue, add to the queue, add it to the queue
# Weekly slots, such as "mon-fri 9, weekend 11"
said_every_day = daily, every day, everyday, each day, all days, all week
said_working_days = weekdays, weekday, week days, working days, workdays, business days
said_weekend = weekend, weekends, the weekend
said_no_slots = none, no slots, no, nothing, off, clear, empty, reset, delete, delete all, remove all
said_until = to, till, until, through, thru
said_around_slots = at, on, from, and, every, each, the, in the, weekly, every week, each week, o clock, oclock, please
# After a number: "12 s".
said_seconds = s, sec
