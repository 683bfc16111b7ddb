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
		"%s already owns the team.":                              "%s уже владеет командой.",
		"%s now owns the team.":                                  "Теперь владелец команды — %s.",
		"No one owns this team. An admin can choose an owner.":   "У этой команды нет владельца. Назначить его может администратор.",
		"The owner is blocked. An admin can choose another one.": "Владелец заблокирован. Назначить другого может администратор.",
		"%s can't own the team. An owner must be a member with a confirmed address, not blocked and not a manager.":                                                                       "Пользователь %s не может владеть командой: владелец — это участник с подтверждённым адресом, который не заблокирован и не менеджер.",
		"You own the team “%s”, and it has other members. Make one of them the owner first, or remove them.":                                                                              "Вы владеете командой «%s», и в ней есть другие участники. Сначала сделайте владельцем одного из них или исключите их.",
		"You own this team. To leave it or to delete your account, first make another member the owner.":                                                                                  "Вы владеете этой командой. Чтобы выйти из неё или удалить учётную запись, сначала сделайте владельцем другого участника.",
		"%s owns this team. Only the owner can remove members or choose another owner.":                                                                                                   "Владелец этой команды — %s. Только владелец может исключать участников и назначать другого владельца.",
		"%s will lose access to the clients, messages and mailings of “%s”, but keeps their account and gets a new, empty team. The team keeps everything. We'll let them know by email.": "Пользователь %s больше не увидит клиентов, сообщения и рассылки команды «%s», но сохранит учётную запись и начнёт с пустой команды. Всё, что есть у команды, останется. Мы сообщим об этом пользователю в письме.",
		"%s will be able to remove members of “%s”, including you, and you can't undo this. You stay in the team. We'll email you both.":                                                  "Пользователь %s сможет исключать участников команды «%s», в том числе вас, и отменить это вы не сможете. Вы останетесь в команде. Мы отправим письма вам обоим.",
		"This user owns the team. To choose another owner, open the page of another member.":                                                                                              "Этот пользователь владеет командой. Чтобы назначить другого владельца, откройте страницу другого участника.",
		"A team's owner can remove members and choose another owner. We'll email the old and the new owner.":                                                                              "Владелец команды может исключать участников и назначать другого владельца. Мы отправим письма прежнему и новому.",
		"The user keeps their account and gets a new, empty team. The team keeps everything. We'll let them know by email.":                                                               "Пользователь сохранит учётную запись и начнёт с пустой команды. Всё, что есть у команды, останется. Мы сообщим об этом пользователю в письме.",

		"You now own a team on Postrider": "Теперь вы владеете командой в Postrider",
		"%s made you the owner of the team “%s”. You can now remove members and make someone else the owner.": "Пользователь %s сделал вас владельцем команды «%s». Теперь вы можете исключать участников и назначить другого владельца.",
		"Your team on Postrider has a new owner": "У вашей команды в Postrider новый владелец",
		"%s made %s the owner of the team “%s”. You're still a member, but you can no longer remove others.": "Пользователь %s назначил владельцем %s (команда «%s»). Вы остаётесь её участником, но больше не можете исключать других.",
		"You're no longer in a team on Postrider": "Вы больше не состоите в команде в Postrider",
		"%s removed you from the team “%s”. You no longer have access to its clients, messages and mailings, which stay with the team. You keep your account and have a new, empty team. To come back, you need a new invitation.": "Пользователь %s исключил вас из команды «%s». Её клиенты, сообщения и рассылки вам больше недоступны и остаются у команды. Ваша учётная запись сохраняется, и у вас есть собственная пустая команда. Вернуться можно только по новому приглашению.",

		"Changed a team's owner": "Смена владельца команды",
		"Confirmed address":      "Подтверждение адреса",

		"We've sent you an email. Open the link in it within 24 hours to confirm your address.":                                               "Мы отправили вам письмо. Откройте ссылку из него в течение 24 часов, чтобы подтвердить адрес.",
		"We've sent an email to the invited address. Open the link in it to join the team.":                                                   "Мы отправили письмо на адрес, указанный в приглашении. Откройте ссылку из него, чтобы присоединиться к команде.",
		"Your address is confirmed, and you're signed in.":                                                                                    "Адрес подтверждён, и вы вошли.",
		"This confirms the account for %s and signs you in.":                                                                                  "Так вы подтвердите учётную запись %s и войдёте.",
		"This confirms the account for %s. It was created in another browser, so choose a password now. The password typed there won't work.": "Так вы подтвердите учётную запись %s. Её создали в другом браузере, поэтому задайте пароль сейчас. Пароль, введённый там, не подойдёт.",
		"You're signed in as %s. Confirming signs you out of that account.":                                                                   "Сейчас вы вошли как %s. После подтверждения этот сеанс завершится.",
		"This changes the address of the account %s to %s. From then on, sign in with the new address.":                                       "Адрес учётной записи %s изменится на %s. После этого входите с новым адресом.",
		"If this isn't your account, close this page.":                                                                                        "Если это не ваша учётная запись, закройте эту страницу.",
		"Password for this account": "Пароль этой учётной записи",
		"Someone, hopefully you, signed up for Postrider with this address. To confirm it, open this link within 24 hours:\n\n<%s>\n\nIf this wasn't you, ignore this email.": "Кто-то (надеемся, вы) зарегистрировался в Postrider с этим адресом. Чтобы подтвердить его, откройте ссылку в течение 24 часов:\n\n<%s>\n\nЕсли это были не вы, не обращайте внимания на это письмо.",

		"Sign-up is closed. If you have an account with this address, sign in to join.": "Регистрация закрыта. Если у вас есть учётная запись с этим адресом, войдите, чтобы присоединиться.",
		"To confirm that %s is your address, open the link in the email we send there.": "Чтобы подтвердить, что %s — ваш адрес, откройте ссылку из письма, которое мы туда отправим.",
		"Send me the email":                          "Отправить мне письмо",
		"Already have an account with this address?": "Уже есть учётная запись с этим адресом?",
		"Sign in to join":                            "Войти и присоединиться",
		"The mail server is down, so the email is waiting. You can give your colleague this link:":                                                   "Почтовый сервер недоступен, поэтому письмо ждёт. Вы можете передать коллеге эту ссылку:",
		"An email is on its way. You can also give your colleague this link:":                                                                        "Письмо отправляется. Вы можете и сами передать коллеге эту ссылку:",
		"It's shown only once and works for seven days. People with an account can use it to join. Everyone else can use it to get the email again.": "Ссылка показана только сейчас и действует семь дней. По ней могут присоединиться те, у кого есть учётная запись, а остальные — ещё раз запросить письмо.",
		"We'll email a link to this address. Anyone who reads the email can join and work with everything in the team.":                              "Мы отправим на этот адрес письмо со ссылкой. Тот, кто его прочтёт, сможет присоединиться и работать со всем, что есть у команды.",
	}}
}
