// asks:     Which payment was sent twice, in the name of the family and of a member, or of two members?
// asks.zh:  哪些款项分别以家庭和成员（或两名成员）名义发了两次？
// label:    Suspected payment sent twice
// label.zh: 疑似同一笔重复发送
// law:      SAL-47, SAL-66
