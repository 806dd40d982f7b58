// TSDBAnalysisTests
