import PandoCommands

await JournalApp.main()
