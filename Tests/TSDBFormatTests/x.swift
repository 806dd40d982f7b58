// TSDBFormatTests
