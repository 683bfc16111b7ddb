package locale

// ruOwner has the texts about the owner of a team, removing members, and invitation links.
func ruOwner() texts {
	return texts{plain: map[string]string{
		"Owner":             "Владелец",
		"Make owner":        "Сделать владельцем",
		"Make %s the owner": "Сделать %s владельцем",
		"Membership":        "Участие в команде",
		"You can't remove yourself. You can leave the team.":     "Исключить самого себя нельзя. Вы можете выйти из команды.",
		"%s owns the team. Make someone else the owner first.":   "%s — владелец команды. Сначала сделайте владельцем кого-нибудь другого.",
		"%s owns the team already.":                              "%s уже владеет командой.",
		"%s owns the team now.":                                  "Теперь владелец команды — %s.",
		"Nobody owns this team. An admin can choose an owner.":   "У этой команды нет владельца. Назначить его может администратор.",
		"The owner is blocked. An admin can choose another one.": "Владелец заблокирован. Назначить другого может администратор.",
		"%s can't own the team: an owner is a member with a confirmed address who isn't blocked and isn't a manager.":                                                                     "Пользователь %s не может владеть командой: владелец — это участник с подтверждённым адресом, который не заблокирован и не менеджер.",
		"You own the team “%s”, and other people are in it. Make one of them the owner first, or remove them.":                                                                            "Вы владеете командой «%s», и в ней есть другие участники. Сначала сделайте владельцем одного из них или исключите их.",
		"You own this team. To leave it or to delete your account, first make another member the owner.":                                                                                  "Вы владеете этой командой. Чтобы выйти из неё или удалить учётную запись, сначала сделайте владельцем другого участника.",
		"%s owns this team. Only the owner can remove members or choose another owner.":                                                                                                   "Владелец этой команды — %s. Только владелец может исключать участников и назначать другого владельца.",
		"%s won't see the clients, messages and mailings of “%s” any more, keeps the account, and starts with an empty team. Everything that the team has stays. An email tells them so.": "Пользователь %s больше не увидит клиентов, сообщения и рассылки команды «%s», но сохранит учётную запись и начнёт с пустой команды. Всё, что есть у команды, останется. Об этом придёт письмо.",
		"%s can then remove members of “%s”, also you, and you can't undo it. You stay in the team. An email tells both of you.":                                                          "Пользователь %s сможет исключать участников команды «%s», в том числе вас, и отменить это вы не сможете. Вы останетесь в команде. Вам обоим придёт письмо.",
		"This user owns the team. To choose another owner, open the page of another member.":                                                                                              "Этот пользователь владеет командой. Чтобы назначить другого владельца, откройте страницу другого участника.",
		"The owner of a team can remove members and choose another owner. An email tells the old and the new one.":                                                                        "Владелец команды может исключать участников и назначать другого владельца. Прежний и новый получат письмо.",
		"The user keeps the account and starts with an empty team. Everything that the team has stays. An email tells them so.":                                                           "Пользователь сохранит учётную запись и начнёт с пустой команды. Всё, что есть у команды, останется. Об этом придёт письмо.",

		"You own a team at Postrider": "Вы владеете командой в Postrider",
		"%s has made you the owner of the team “%s”. You can now remove members, and make someone else the owner.": "%s назначает вас владельцем команды «%s». Теперь вы можете исключать участников и назначить другого владельца.",
		"Your team at Postrider has a new owner": "У вашей команды в Postrider новый владелец",
		"%s has made %s the owner of the team “%s”. You're still a member of it, but you can't remove other members any more.": "%s назначает %s владельцем команды «%s». Вы остаётесь её участником, но больше не можете исключать других.",
		"You're no longer in a team at Postrider": "Вы больше не состоите в команде в Postrider",
		"%s has removed you from the team “%s”. You don't see its clients, messages and mailings any more, and all of them stay with the team. You keep your account and have an empty team of your own. Only a new invitation brings you back.": "%s исключает вас из команды «%s». Вы больше не видите её клиентов, сообщения и рассылки, все они остаются у команды. Ваша учётная запись сохраняется, и у вас есть собственная пустая команда. Вернуться можно только по новому приглашению.",

		"Changed the owner of a team": "Смена владельца команды",
		"Confirmed the address":       "Подтверждение адреса",

		"We've sent you an email. Open the link in it within 24 hours to confirm your address.":                                                    "Мы отправили вам письмо. Откройте ссылку из него в течение 24 часов, чтобы подтвердить адрес.",
		"We've sent an email to the invited address. Open the link in it to join the team.":                                                        "Мы отправили письмо на адрес, указанный в приглашении. Откройте ссылку из него, чтобы присоединиться к команде.",
		"Your address is confirmed, and you're signed in.":                                                                                         "Адрес подтверждён, и вы вошли.",
		"This confirms the account of %s and signs you in.":                                                                                        "Так вы подтвердите учётную запись %s и войдёте.",
		"This confirms the account of %s. It was created in another browser, so choose its password now. A password typed there no longer counts.": "Так вы подтвердите учётную запись %s. Её создали в другом браузере, поэтому задайте пароль сейчас. Введённый там пароль больше не действует.",
		"You're signed in as %s. Confirming signs you out there.":                                                                                  "Сейчас вы вошли как %s. После подтверждения этот сеанс завершится.",
		"The account of %s gets the address %s, and signs in with it from then on.":                                                                "Учётная запись %s получит адрес %s, и входить нужно будет с ним.",
		"If that isn't your account, ignore this page.":                                                                                            "Если это не ваша учётная запись, ничего не делайте на этой странице.",
		"Password of this account": "Пароль этой учётной записи",
		"Someone, hopefully you, signed up at Postrider with this address. To confirm it, open this link within 24 hours:\n\n<%s>\n\nIf this wasn't you, ignore this email.": "Кто-то (надеемся, вы) зарегистрировался в Postrider с этим адресом. Чтобы подтвердить его, откройте ссылку в течение 24 часов:\n\n<%s>\n\nЕсли это были не вы, не обращайте внимания на это письмо.",

		"Sign-up is closed here. If you have an account with this address, sign in to join.": "Регистрация закрыта. Если у вас есть учётная запись с этим адресом, войдите, чтобы присоединиться.",
		"To show that %s is your address, open the link in the email that we send there.":    "Чтобы подтвердить, что %s — ваш адрес, откройте ссылку из письма, которое мы туда отправим.",
		"Send me the email":                          "Отправить мне письмо",
		"Already have an account with this address?": "Уже есть учётная запись с этим адресом?",
		"Sign in to join":                            "Войти и присоединиться",
		"The email waits because the mail server is down. You can give your colleague this link:":                                                     "Письмо ждёт: почтовый сервер недоступен. Вы можете передать коллеге эту ссылку:",
		"An email is on its way. You can also give your colleague this link:":                                                                         "Письмо отправляется. Вы можете и сами передать коллеге эту ссылку:",
		"It's shown only now, and works for seven days. With it, people who have an account can join, and everyone else can ask for the email again.": "Она показана только сейчас и действует семь дней. По ней присоединится тот, у кого есть учётная запись, а остальные смогут ещё раз запросить письмо.",
		"An email with a link goes there. Whoever reads it can join and share everything that the team has.":                                          "Туда уйдёт письмо со ссылкой. Кто его прочтёт, сможет присоединиться и работать со всем, что есть у команды.",
	}}
}
