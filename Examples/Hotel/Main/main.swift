import HotelService
import PandoCommands

await HotelApp.main()
