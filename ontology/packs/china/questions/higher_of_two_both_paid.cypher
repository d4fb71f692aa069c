// asks:     Who was paid both of two programmes of which only the higher is due?
// asks.zh:  哪些家庭或个人同月领取了应就高只享受一项的两个项目？
// label:    Suspected: both paid where the higher counts
// label.zh: 疑似就高项目重复发放
// law:      SAL-47, SAL-48
