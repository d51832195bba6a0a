/*
 * The messages of the API as data, one row per message: its fields as
 * "name:type" in the order of the service's own documents.  After the type:
 * [] a list, {type} a map, @g and @v a field of one backend only, ! not for
 * the Live API, |name a member of that oneof.  A type beginning with a dot is
 * nested in the row's message.  tests/unit/proto/schema.c compares all of it
 * with the published definitions.
 */
#include "proto/fieldtab.h"

#include <string.h>

struct definition {
	const char *name, *text;
};

static const struct definition messages[] = {
	{ "BidiGenerateContentClientMessage",
	    "setup:BidiGenerateContentSetup|message_type "
	    "clientContent:BidiGenerateContentClientContent|message_type "
	    "realtimeInput:BidiGenerateContentRealtimeInput|message_type "
	    "toolResponse:BidiGenerateContentToolResponse|message_type "
	    "contextUpdate:LiveClientContextUpdate|message_type" },
	{ "BidiGenerateContentSetup",
	    "model:string generationConfig:GenerationConfig "
	    "systemInstruction:Content tools:Tool[] "
	    "realtimeInputConfig:RealtimeInputConfig "
	    "sessionResumption:SessionResumptionConfig "
	    "contextWindowCompression:ContextWindowCompressionConfig "
	    "inputAudioTranscription:AudioTranscriptionConfig "
	    "outputAudioTranscription:AudioTranscriptionConfig "
	    "proactivity:ProactivityConfig explicitVadSignal:bool@v "
	    "historyConfig:HistoryConfig avatarConfig:AvatarConfig "
	    "safetySettings:SafetySetting[] labels:{string}" },
	{ "GenerationConfig",
	    "candidateCount:int32 stopSequences:string[]! "
	    "maxOutputTokens:int32 temperature:float topP:float topK:int32 "
	    "seed:int32 responseMimeType:string! responseSchema:Schema! "
	    "_responseJsonSchema:Value! responseJsonSchema:Value! "
	    "presencePenalty:float frequencyPenalty:float "
	    "responseLogprobs:bool! logprobs:int32! "
	    "enableEnhancedCivicAnswers:bool@g "
	    "responseModalities:.Modality[] speechConfig:SpeechConfig "
	    "thinkingConfig:ThinkingConfig imageConfig:ImageConfig "
	    "mediaResolution:.MediaResolution "
	    "modelConfig:ModelSelectionConfig audioTimestamp:bool@v! "
	    "enableAffectiveDialog:bool "
	    "routingConfig:GenerationConfigRoutingConfig@v! "
	    "responseFormat:ResponseFormat[] "
	    "translationConfig:TranslationConfig "
	    "audioTranscriptionConfig:AudioTranscriptionConfig" },
	{ "Schema",
	    "type:Type format:string title:string description:string "
	    "nullable:bool enum:string[] items:Schema maxItems:int64 "
	    "minItems:int64 properties:{Schema} required:string[] "
	    "minProperties:int64 maxProperties:int64 minimum:double "
	    "maximum:double minLength:int64 maxLength:int64 pattern:string "
	    "example:Value anyOf:Schema[] propertyOrdering:string[] "
	    "default:Value additionalProperties:Value defs:{Schema} "
	    "ref:string" },
	{ "SpeechConfig",
	    "voiceConfig:VoiceConfig "
	    "multiSpeakerVoiceConfig:MultiSpeakerVoiceConfig "
	    "languageCode:string" },
	{ "VoiceConfig",
	    "prebuiltVoiceConfig:PrebuiltVoiceConfig|voice_config "
	    "replicatedVoiceConfig:ReplicatedVoiceConfig|voice_config "
	    "voice:string|voice_config" },
	{ "PrebuiltVoiceConfig",
	    "voiceName:string" },
	{ "ReplicatedVoiceConfig",
	    "mimeType:string voiceSampleAudio:bytes consentAudio:bytes@g "
	    "voiceConsentSignature:VoiceConsentSignature@g" },
	{ "VoiceConsentSignature",
	    "signature:string" },
	{ "MultiSpeakerVoiceConfig",
	    "speakerVoiceConfigs:SpeakerVoiceConfig[]" },
	{ "SpeakerVoiceConfig",
	    "speaker:string voiceConfig:VoiceConfig" },
	{ "ThinkingConfig",
	    "includeThoughts:bool thinkingBudget:int32 "
	    "thinkingLevel:ThinkingLevel" },
	{ "ImageConfig",
	    "aspectRatio:string imageSize:string personGeneration:string@v "
	    "prominentPeople:ProminentPeople@v outputMimeType:string@v "
	    "outputCompressionQuality:int32@v "
	    "imageOutputOptions:ImageConfigImageOutputOptions@v" },
	{ "ImageConfigImageOutputOptions",
	    "compressionQuality:int32 mimeType:string" },
	{ "ModelSelectionConfig",
	    "featureSelectionPreference:FeatureSelectionPreference" },
	{ "GenerationConfigRoutingConfig",
	    "autoMode:GenerationConfigRoutingConfigAutoRoutingMode "
	    "manualMode:GenerationConfigRoutingConfigManualRoutingMode" },
	{ "GenerationConfigRoutingConfigAutoRoutingMode",
	    "modelRoutingPreference:string" },
	{ "GenerationConfigRoutingConfigManualRoutingMode",
	    "modelName:string" },
	{ "ResponseFormat",
	    "audio:AudioResponseFormat image:ImageResponseFormat "
	    "text:TextResponseFormat video:VideoResponseFormat" },
	{ "AudioResponseFormat",
	    "bitRate:int32 delivery:Delivery mimeType:string "
	    "sampleRate:int32" },
	{ "ImageResponseFormat",
	    "aspectRatio:AspectRatio delivery:Delivery imageSize:ImageSize "
	    "mimeType:string" },
	{ "TextResponseFormat",
	    "mimeType:string jsonSchema:Value schema:Value" },
	{ "VideoResponseFormat",
	    "aspectRatio:AspectRatio delivery:Delivery duration:Duration "
	    "gcsUri:string resolution:string" },
	{ "TranslationConfig",
	    "echoTargetLanguage:bool targetLanguageCode:string" },
	{ "AudioTranscriptionConfig",
	    "languageCodes:string[] languageAuto:LanguageAuto "
	    "languageHints:LanguageHints customVocabulary:string[] "
	    "adaptationPhrases:string[] wordTimestamp:bool diarization:bool "
	    "mode:AudioTranscriptionConfigMode sourceText:string" },
	{ "LanguageAuto", "" },
	{ "LanguageHints",
	    "languageCodes:string[]" },
	{ "Content",
	    "parts:Part[] role:string" },
	{ "Part",
	    "text:string|data inlineData:Blob|data "
	    "functionCall:FunctionCall|data "
	    "functionResponse:FunctionResponse|data fileData:FileData|data "
	    "executableCode:ExecutableCode|data "
	    "codeExecutionResult:CodeExecutionResult|data "
	    "videoMetadata:VideoMetadata|metadata thought:bool "
	    "thoughtSignature:bytes partMetadata:Struct@g "
	    "mediaResolution:PartMediaResolution toolCall:ToolCall@g|data "
	    "toolResponse:ToolResponse@g|data "
	    "audioTranscription:BidiGenerateContentTranscription "
	    "mediaProcessing:MediaProcessing@g speechMetadata:SpeechMetadata" },
	{ "SpeechMetadata",
	    "speaker:string style:string" },
	{ "Blob",
	    "mimeType:string data:bytes displayName:string@v" },
	{ "FunctionCall",
	    "id:string name:string args:Struct partialArgs:PartialArg[]@v "
	    "willContinue:bool@v" },
	{ "PartialArg",
	    "boolValue:bool jsonPath:string nullValue:string "
	    "numberValue:float stringValue:string willContinue:bool" },
	{ "FunctionResponse",
	    "id:string name:string response:Struct "
	    "parts:FunctionResponsePart[] willContinue:bool@g "
	    "scheduling:.Scheduling" },
	{ "FunctionResponsePart",
	    "inlineData:FunctionResponseBlob|data "
	    "fileData:FunctionResponseFileData@v "
	    "mediaProcessing:MediaProcessing@g" },
	{ "FunctionResponseBlob",
	    "mimeType:string data:bytes displayName:string@v" },
	{ "FunctionResponseFileData",
	    "fileUri:string mimeType:string displayName:string" },
	{ "FileData",
	    "mimeType:string fileUri:string displayName:string@v" },
	{ "ExecutableCode",
	    "language:.Language code:string id:string" },
	{ "CodeExecutionResult",
	    "outcome:.Outcome output:string id:string" },
	{ "VideoMetadata",
	    "startOffset:Duration endOffset:Duration fps:double" },
	{ "PartMediaResolution",
	    "level:PartMediaResolutionLevel numTokens:int32" },
	{ "ToolCall",
	    "id:string toolType:ToolType args:Struct" },
	{ "ToolResponse",
	    "id:string toolType:ToolType response:Struct" },
	{ "BidiGenerateContentTranscription",
	    "text:string finished:bool languageCode:string "
	    "speakerLabel:string words:WordInfo[] startOffset:Duration "
	    "endOffset:Duration" },
	{ "WordInfo",
	    "word:string startOffset:Duration endOffset:Duration" },
	{ "Tool",
	    "functionDeclarations:FunctionDeclaration[] "
	    "googleSearchRetrieval:GoogleSearchRetrieval "
	    "codeExecution:CodeExecution googleSearch:.GoogleSearch "
	    "computerUse:.ComputerUse urlContext:UrlContext "
	    "fileSearch:FileSearch@g googleMaps:GoogleMaps "
	    "retrieval:Retrieval@v "
	    "enterpriseWebSearch:EnterpriseWebSearch@v "
	    "parallelAiSearch:ToolParallelAiSearch@v "
	    "mcpServers:McpServer[]@g exaAiSearch:ToolExaAiSearch@v" },
	{ "FunctionDeclaration",
	    "name:string description:string parameters:Schema "
	    "parametersJsonSchema:Value response:Schema "
	    "responseJsonSchema:Value behavior:.Behavior" },
	{ "GoogleSearchRetrieval",
	    "dynamicRetrievalConfig:DynamicRetrievalConfig" },
	{ "DynamicRetrievalConfig",
	    "mode:.Mode dynamicThreshold:float" },
	{ "CodeExecution", "" },
	{ "Tool.GoogleSearch",
	    "timeRangeFilter:Interval@g searchTypes:SearchTypes "
	    "blockingConfidence:PhishBlockThreshold@v "
	    "excludeDomains:string[]@v" },
	{ "Interval",
	    "startTime:Timestamp endTime:Timestamp" },
	{ "SearchTypes",
	    "webSearch:WebSearch imageSearch:ImageSearch" },
	{ "WebSearch", "" },
	{ "ImageSearch", "" },
	{ "Tool.ComputerUse",
	    "environment:.Environment excludedPredefinedFunctions:string[] "
	    "enablePromptInjectionDetection:bool "
	    "disabledSafetyPolicies:SafetyPolicy[]@g" },
	{ "UrlContext", "" },
	{ "FileSearch",
	    "retrievalResources:.RetrievalResource[] "
	    "retrievalConfig:.RetrievalConfig fileSearchStoreNames:string[] "
	    "topK:int32 metadataFilter:string" },
	{ "FileSearch.RetrievalResource",
	    "ragStoreName:string" },
	{ "FileSearch.RetrievalConfig",
	    "topK:int32 metadataFilter:string" },
	{ "GoogleMaps",
	    "enableWidget:bool authConfig:AuthConfig "
	    "groundingTypes:GoogleMapsGroundingTypes@v" },
	{ "AuthConfig",
	    "apiKey:string apiKeyConfig:ApiKeyConfig@v "
	    "authType:AuthType@v "
	    "googleServiceAccountConfig:AuthConfigGoogleServiceAccountConfig@v "
	    "httpBasicAuthConfig:AuthConfigHttpBasicAuthConfig@v "
	    "oauthConfig:AuthConfigOauthConfig@v "
	    "oidcConfig:AuthConfigOidcConfig@v" },
	{ "ApiKeyConfig",
	    "apiKeySecret:string apiKeyString:string "
	    "httpElementLocation:HttpElementLocation name:string" },
	{ "AuthConfigGoogleServiceAccountConfig",
	    "serviceAccount:string" },
	{ "AuthConfigHttpBasicAuthConfig",
	    "credentialSecret:string" },
	{ "AuthConfigOauthConfig",
	    "accessToken:string serviceAccount:string" },
	{ "AuthConfigOidcConfig",
	    "idToken:string serviceAccount:string" },
	{ "GoogleMapsGroundingTypes",
	    "places:GoogleMapsPlaces routing:GoogleMapsRouting" },
	{ "GoogleMapsPlaces", "" },
	{ "GoogleMapsRouting", "" },
	{ "Retrieval",
	    "disableAttribution:bool externalApi:ExternalApi "
	    "vertexAiSearch:VertexAISearch vertexRagStore:VertexRagStore" },
	{ "ExternalApi",
	    "apiAuth:ApiAuth apiSpec:ApiSpec authConfig:AuthConfig "
	    "elasticSearchParams:ExternalApiElasticSearchParams "
	    "endpoint:string "
	    "simpleSearchParams:ExternalApiSimpleSearchParams" },
	{ "ApiAuth",
	    "apiKeyConfig:ApiAuthApiKeyConfig" },
	{ "ApiAuthApiKeyConfig",
	    "apiKeySecretVersion:string apiKeyString:string" },
	{ "ExternalApiElasticSearchParams",
	    "index:string numHits:int32 searchTemplate:string" },
	{ "ExternalApiSimpleSearchParams", "" },
	{ "VertexAISearch",
	    "dataStoreSpecs:VertexAISearchDataStoreSpec[] datastore:string "
	    "engine:string filter:string maxResults:int32" },
	{ "VertexAISearchDataStoreSpec",
	    "dataStore:string filter:string" },
	{ "VertexRagStore",
	    "ragCorpora:string[] ragResources:VertexRagStoreRagResource[] "
	    "ragRetrievalConfig:RagRetrievalConfig similarityTopK:int32 "
	    "storeContext:bool vectorDistanceThreshold:float" },
	{ "VertexRagStoreRagResource",
	    "ragCorpus:string ragFileIds:string[]" },
	{ "RagRetrievalConfig",
	    "filter:RagRetrievalConfigFilter "
	    "hybridSearch:RagRetrievalConfigHybridSearch "
	    "ranking:RagRetrievalConfigRanking topK:int32" },
	{ "RagRetrievalConfigFilter",
	    "metadataFilter:string vectorDistanceThreshold:float "
	    "vectorSimilarityThreshold:float" },
	{ "RagRetrievalConfigHybridSearch",
	    "alpha:float" },
	{ "RagRetrievalConfigRanking",
	    "llmRanker:RagRetrievalConfigRankingLlmRanker "
	    "rankService:RagRetrievalConfigRankingRankService" },
	{ "RagRetrievalConfigRankingLlmRanker",
	    "modelName:string" },
	{ "RagRetrievalConfigRankingRankService",
	    "modelName:string" },
	{ "EnterpriseWebSearch",
	    "blockingConfidence:PhishBlockThreshold excludeDomains:string[]" },
	{ "ToolParallelAiSearch",
	    "apiKey:string customConfigs:Struct enableDataRetention:bool "
	    "enableZeroDataRetention:bool" },
	{ "McpServer",
	    "name:string@g streamableHttpTransport:StreamableHttpTransport@g" },
	{ "StreamableHttpTransport",
	    "headers:{string} sseReadTimeout:Duration terminateOnClose:bool "
	    "timeout:Duration url:string" },
	{ "ToolExaAiSearch",
	    "apiKey:string customConfigs:Struct" },
	{ "RealtimeInputConfig",
	    "automaticActivityDetection:.AutomaticActivityDetection "
	    "activityHandling:.ActivityHandling turnCoverage:.TurnCoverage "
	    "interimTranscriptTimestampEnabled:bool" },
	{ "RealtimeInputConfig.AutomaticActivityDetection",
	    "disabled:bool startOfSpeechSensitivity:.StartSensitivity "
	    "prefixPaddingMs:int32 endOfSpeechSensitivity:.EndSensitivity "
	    "silenceDurationMs:int32" },
	{ "SessionResumptionConfig",
	    "handle:string transparent:bool@v" },
	{ "ContextWindowCompressionConfig",
	    "slidingWindow:.SlidingWindow|compression_mechanism "
	    "triggerTokens:int64" },
	{ "ContextWindowCompressionConfig.SlidingWindow",
	    "targetTokens:int64" },
	{ "ProactivityConfig",
	    "proactiveAudio:bool proactiveVideo:bool" },
	{ "HistoryConfig",
	    "initialHistoryInClientContent:bool" },
	{ "AvatarConfig",
	    "avatarName:string customizedAvatar:CustomizedAvatar "
	    "audioBitrateBps:int32 videoBitrateBps:int32" },
	{ "CustomizedAvatar",
	    "imageMimeType:string imageData:bytes" },
	{ "SafetySetting",
	    "category:HarmCategory threshold:.HarmBlockThreshold "
	    "method:HarmBlockMethod@v" },
	{ "BidiGenerateContentClientContent",
	    "turns:Content[] turnComplete:bool" },
	{ "BidiGenerateContentRealtimeInput",
	    "mediaChunks:Blob[] audio:Blob audioStreamEnd:bool video:Blob "
	    "text:string activityStart:.ActivityStart "
	    "activityEnd:.ActivityEnd" },
	{ "BidiGenerateContentRealtimeInput.ActivityStart", "" },
	{ "BidiGenerateContentRealtimeInput.ActivityEnd", "" },
	{ "BidiGenerateContentToolResponse",
	    "functionResponses:FunctionResponse[]" },
	{ "LiveClientContextUpdate",
	    "systemInstruction:Content tools:LiveClientContextUpdateTools" },
	{ "LiveClientContextUpdateTools",
	    "tools:Tool[]" },

	/* what only the service says */
	{ "BidiGenerateContentServerMessage",
	    "setupComplete:BidiGenerateContentSetupComplete|message_type "
	    "serverContent:BidiGenerateContentServerContent|message_type "
	    "toolCall:BidiGenerateContentToolCall|message_type "
	    "toolCallCancellation:"
	    "BidiGenerateContentToolCallCancellation|message_type "
	    "goAway:GoAway|message_type "
	    "sessionResumptionUpdate:SessionResumptionUpdate|message_type "
	    "usageMetadata:UsageMetadata "
	    "voiceActivityDetectionSignal:"
	    "VoiceActivityDetectionSignal|message_type "
	    "voiceActivity:VoiceActivity|message_type" },
	{ "BidiGenerateContentSetupComplete",
	    "sessionId:string voiceConsentSignature:VoiceConsentSignature" },
	{ "BidiGenerateContentServerContent",
	    "modelTurn:Content generationComplete:bool turnComplete:bool "
	    "interrupted:bool groundingMetadata:GroundingMetadata "
	    "inputTranscription:BidiGenerateContentTranscription "
	    "outputTranscription:BidiGenerateContentTranscription "
	    "urlContextMetadata:UrlContextMetadata waitingForInput:bool "
	    "turnCompleteReason:TurnCompleteReason "
	    "interimInputTranscription:BidiGenerateContentTranscription "
	    "interactionStatus:InteractionStatus" },
	{ "GroundingMetadata",
	    "searchEntryPoint:SearchEntryPoint "
	    "groundingChunks:GroundingChunk[] "
	    "groundingSupports:GroundingSupport[] "
	    "retrievalMetadata:RetrievalMetadata webSearchQueries:string[] "
	    "googleMapsWidgetContextToken:string "
	    "imageSearchQueries:string[] retrievalQueries:string[]@v "
	    "sourceFlaggingUris:GroundingMetadataSourceFlaggingUri[]@v" },
	{ "SearchEntryPoint",
	    "renderedContent:string sdkBlob:bytes" },
	{ "GroundingChunk",
	    "web:.Web|chunk_type "
	    "retrievedContext:.RetrievedContext|chunk_type "
	    "maps:.Maps|chunk_type image:GroundingChunkImage" },
	{ "GroundingChunk.Web",
	    "uri:string title:string domain:string@v" },
	{ "GroundingChunk.RetrievedContext",
	    "uri:string title:string text:string documentName:string@v "
	    "ragChunk:RagChunk@v "
	    "customMetadata:GroundingChunkCustomMetadata[]@g "
	    "fileSearchStore:string@g pageNumber:int32@g mediaId:string@g" },
	{ "RagChunk",
	    "pageSpan:RagChunkPageSpan text:string chunkId:string "
	    "fileId:string" },
	{ "RagChunkPageSpan",
	    "firstPage:int32 lastPage:int32" },
	{ "GroundingChunkCustomMetadata",
	    "key:string numericValue:float "
	    "stringListValue:GroundingChunkStringList stringValue:string" },
	{ "GroundingChunkStringList",
	    "values:string[]" },
	{ "GroundingChunk.Maps",
	    "uri:string title:string text:string placeId:string "
	    "placeAnswerSources:.PlaceAnswerSources "
	    "route:GroundingChunkMapsRoute" },
	{ "GroundingChunk.Maps.PlaceAnswerSources",
	    "reviewSnippets:.ReviewSnippet[] reviewSnippet:.ReviewSnippet[] "
	    "flagContentUri:string" },
	{ "GroundingChunk.Maps.PlaceAnswerSources.ReviewSnippet",
	    "reviewId:string googleMapsUri:string title:string "
	    "authorAttribution:"
	    "GroundingChunkMapsPlaceAnswerSourcesAuthorAttribution "
	    "flagContentUri:string relativePublishTimeDescription:string "
	    "review:string" },
	{ "GroundingChunkMapsPlaceAnswerSourcesAuthorAttribution",
	    "displayName:string photoUri:string uri:string" },
	{ "GroundingChunkMapsRoute",
	    "distanceMeters:int32 duration:Duration encodedPolyline:string" },
	{ "GroundingChunkImage",
	    "sourceUri:string imageUri:string title:string domain:string" },
	{ "GroundingSupport",
	    "segment:Segment groundingChunkIndices:int32[] "
	    "confidenceScores:float[] renderedParts:int32[]" },
	{ "Segment",
	    "partIndex:int32 startIndex:int32 endIndex:int32 text:string" },
	{ "RetrievalMetadata",
	    "googleSearchDynamicRetrievalScore:float" },
	{ "GroundingMetadataSourceFlaggingUri",
	    "flagContentUri:string sourceId:string" },
	{ "UrlContextMetadata",
	    "urlMetadata:UrlMetadata[]" },
	{ "UrlMetadata",
	    "retrievedUrl:string urlRetrievalStatus:.UrlRetrievalStatus" },
	{ "BidiGenerateContentToolCall",
	    "functionCalls:FunctionCall[]" },
	{ "BidiGenerateContentToolCallCancellation",
	    "ids:string[]" },
	{ "GoAway",
	    "timeLeft:Duration" },
	{ "SessionResumptionUpdate",
	    "newHandle:string resumable:bool "
	    "lastConsumedClientMessageIndex:int64" },
	{ "UsageMetadata",
	    "promptTokenCount:int32 cachedContentTokenCount:int32 "
	    "responseTokenCount:int32 toolUsePromptTokenCount:int32 "
	    "thoughtsTokenCount:int32 totalTokenCount:int32 "
	    "promptTokensDetails:ModalityTokenCount[] "
	    "cacheTokensDetails:ModalityTokenCount[] "
	    "responseTokensDetails:ModalityTokenCount[] "
	    "toolUsePromptTokensDetails:ModalityTokenCount[] "
	    "trafficType:TrafficType@v serviceTier:ServiceTier@g "
	    "candidatesTokenCount:int32@v "
	    "candidatesTokensDetails:ModalityTokenCount[]@v" },
	{ "ModalityTokenCount",
	    "modality:Modality tokenCount:int32" },
	{ "VoiceActivityDetectionSignal",
	    "vadSignalType:VadSignalType" },
	{ "VoiceActivity",
	    "type:VoiceActivityType audioOffset:Duration" },
};

static const struct definition enums[] = {
	{ "ApiSpec",
	    "API_SPEC_UNSPECIFIED SIMPLE_SEARCH ELASTIC_SEARCH" },
	{ "AspectRatio",
	    "ASPECT_RATIO_UNSPECIFIED ASPECT_RATIO_ONE_BY_ONE "
	    "ASPECT_RATIO_TWO_BY_THREE ASPECT_RATIO_THREE_BY_TWO "
	    "ASPECT_RATIO_THREE_BY_FOUR ASPECT_RATIO_FOUR_BY_THREE "
	    "ASPECT_RATIO_FOUR_BY_FIVE ASPECT_RATIO_FIVE_BY_FOUR "
	    "ASPECT_RATIO_NINE_BY_SIXTEEN ASPECT_RATIO_SIXTEEN_BY_NINE "
	    "ASPECT_RATIO_TWENTY_ONE_BY_NINE ASPECT_RATIO_ONE_BY_EIGHT "
	    "ASPECT_RATIO_EIGHT_BY_ONE ASPECT_RATIO_ONE_BY_FOUR "
	    "ASPECT_RATIO_FOUR_BY_ONE" },
	{ "AuthType",
	    "AUTH_TYPE_UNSPECIFIED NO_AUTH API_KEY_AUTH HTTP_BASIC_AUTH "
	    "GOOGLE_SERVICE_ACCOUNT_AUTH OAUTH OIDC_AUTH" },
	{ "AudioTranscriptionConfigMode",
	    "MODE_UNSPECIFIED VERBATIM SMART" },
	{ "CodeExecutionResult.Outcome",
	    "OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED "
	    "OUTCOME_DEADLINE_EXCEEDED" },
	{ "Delivery",
	    "DELIVERY_UNSPECIFIED INLINE URI" },
	{ "DynamicRetrievalConfig.Mode",
	    "MODE_UNSPECIFIED MODE_DYNAMIC" },
	{ "ExecutableCode.Language",
	    "LANGUAGE_UNSPECIFIED PYTHON" },
	{ "FeatureSelectionPreference",
	    "FEATURE_SELECTION_PREFERENCE_UNSPECIFIED PRIORITIZE_QUALITY "
	    "BALANCED PRIORITIZE_COST" },
	{ "FunctionDeclaration.Behavior",
	    "UNSPECIFIED BLOCKING NON_BLOCKING" },
	{ "FunctionResponse.Scheduling",
	    "SCHEDULING_UNSPECIFIED SILENT WHEN_IDLE INTERRUPT" },
	{ "GenerationConfig.MediaResolution",
	    "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW "
	    "MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH" },
	{ "GenerationConfig.Modality",
	    "MODALITY_UNSPECIFIED TEXT IMAGE AUDIO VIDEO" },
	{ "HarmBlockMethod",
	    "HARM_BLOCK_METHOD_UNSPECIFIED SEVERITY PROBABILITY" },
	{ "HarmCategory",
	    "HARM_CATEGORY_UNSPECIFIED HARM_CATEGORY_DEROGATORY "
	    "HARM_CATEGORY_TOXICITY HARM_CATEGORY_VIOLENCE "
	    "HARM_CATEGORY_SEXUAL HARM_CATEGORY_MEDICAL "
	    "HARM_CATEGORY_DANGEROUS HARM_CATEGORY_HARASSMENT "
	    "HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_SEXUALLY_EXPLICIT "
	    "HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_CIVIC_INTEGRITY "
	    "HARM_CATEGORY_JAILBREAK HARM_CATEGORY_IMAGE_HATE "
	    "HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT "
	    "HARM_CATEGORY_IMAGE_HARASSMENT "
	    "HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT" },
	{ "HttpElementLocation",
	    "HTTP_IN_UNSPECIFIED HTTP_IN_QUERY HTTP_IN_HEADER HTTP_IN_PATH "
	    "HTTP_IN_BODY HTTP_IN_COOKIE" },
	{ "ImageSize",
	    "IMAGE_SIZE_UNSPECIFIED IMAGE_SIZE_FIVE_TWELVE IMAGE_SIZE_ONE_K "
	    "IMAGE_SIZE_TWO_K IMAGE_SIZE_FOUR_K" },
	{ "InteractionStatus",
	    "INTERACTION_STATUS_UNSPECIFIED IN_PROGRESS REQUIRES_ACTION IDLE" },
	{ "MediaProcessing",
	    "MEDIA_PROCESSING_UNSPECIFIED STATIC AGENTIC" },
	{ "Modality",
	    "MODALITY_UNSPECIFIED TEXT IMAGE VIDEO AUDIO DOCUMENT" },
	{ "PartMediaResolutionLevel",
	    "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW "
	    "MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH "
	    "MEDIA_RESOLUTION_ULTRA_HIGH" },
	{ "PhishBlockThreshold",
	    "PHISH_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE "
	    "BLOCK_MEDIUM_AND_ABOVE BLOCK_HIGH_AND_ABOVE "
	    "BLOCK_HIGHER_AND_ABOVE BLOCK_VERY_HIGH_AND_ABOVE "
	    "BLOCK_ONLY_EXTREMELY_HIGH" },
	{ "ProminentPeople",
	    "PROMINENT_PEOPLE_UNSPECIFIED ALLOW_PROMINENT_PEOPLE "
	    "BLOCK_PROMINENT_PEOPLE" },
	{ "RealtimeInputConfig.ActivityHandling",
	    "ACTIVITY_HANDLING_UNSPECIFIED START_OF_ACTIVITY_INTERRUPTS "
	    "NO_INTERRUPTION" },
	{ "RealtimeInputConfig.AutomaticActivityDetection.EndSensitivity",
	    "END_SENSITIVITY_UNSPECIFIED END_SENSITIVITY_HIGH "
	    "END_SENSITIVITY_LOW" },
	{ "RealtimeInputConfig.AutomaticActivityDetection.StartSensitivity",
	    "START_SENSITIVITY_UNSPECIFIED START_SENSITIVITY_HIGH "
	    "START_SENSITIVITY_LOW" },
	{ "RealtimeInputConfig.TurnCoverage",
	    "TURN_COVERAGE_UNSPECIFIED TURN_INCLUDES_ONLY_ACTIVITY "
	    "TURN_INCLUDES_ALL_INPUT "
	    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO" },
	{ "SafetyPolicy",
	    "SAFETY_POLICY_UNSPECIFIED FINANCIAL_TRANSACTIONS "
	    "SENSITIVE_DATA_MODIFICATION COMMUNICATION_TOOL "
	    "ACCOUNT_CREATION DATA_MODIFICATION USER_CONSENT_MANAGEMENT "
	    "LEGAL_TERMS_AND_AGREEMENTS" },
	{ "SafetySetting.HarmBlockThreshold",
	    "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE "
	    "BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF" },
	{ "ServiceTier",
	    "unspecified flex standard priority" },
	{ "ThinkingLevel",
	    "THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH XHIGH" },
	{ "Tool.ComputerUse.Environment",
	    "ENVIRONMENT_UNSPECIFIED ENVIRONMENT_BROWSER ENVIRONMENT_MOBILE "
	    "ENVIRONMENT_DESKTOP" },
	{ "ToolType",
	    "TOOL_TYPE_UNSPECIFIED GOOGLE_SEARCH_WEB GOOGLE_SEARCH_IMAGE "
	    "URL_CONTEXT GOOGLE_MAPS FILE_SEARCH MEDIA_PROCESSING" },
	{ "TrafficType",
	    "TRAFFIC_TYPE_UNSPECIFIED ON_DEMAND ON_DEMAND_PRIORITY "
	    "ON_DEMAND_FLEX ON_DEMAND_OFFPEAK PROVISIONED_THROUGHPUT" },
	{ "TurnCompleteReason",
	    "TURN_COMPLETE_REASON_UNSPECIFIED MALFORMED_FUNCTION_CALL "
	    "RESPONSE_REJECTED NEED_MORE_INPUT PROHIBITED_INPUT_CONTENT "
	    "IMAGE_PROHIBITED_INPUT_CONTENT "
	    "INPUT_TEXT_CONTAIN_PROMINENT_PERSON_PROHIBITED "
	    "INPUT_IMAGE_CELEBRITY "
	    "INPUT_IMAGE_PHOTO_REALISTIC_CHILD_PROHIBITED "
	    "INPUT_TEXT_NCII_PROHIBITED INPUT_OTHER INPUT_IP_PROHIBITED "
	    "BLOCKLIST UNSAFE_PROMPT_FOR_IMAGE_GENERATION "
	    "GENERATED_IMAGE_SAFETY GENERATED_CONTENT_SAFETY "
	    "GENERATED_AUDIO_SAFETY GENERATED_VIDEO_SAFETY "
	    "GENERATED_CONTENT_PROHIBITED GENERATED_CONTENT_BLOCKLIST "
	    "GENERATED_IMAGE_PROHIBITED GENERATED_IMAGE_CELEBRITY "
	    "GENERATED_IMAGE_PROMINENT_PEOPLE_DETECTED_BY_REWRITER "
	    "GENERATED_IMAGE_IDENTIFIABLE_PEOPLE GENERATED_IMAGE_MINORS "
	    "OUTPUT_IMAGE_IP_PROHIBITED GENERATED_OTHER "
	    "MAX_REGENERATION_REACHED" },
	{ "Type",
	    "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT "
	    "NULL" },
	{ "UrlMetadata.UrlRetrievalStatus",
	    "URL_RETRIEVAL_STATUS_UNSPECIFIED URL_RETRIEVAL_STATUS_SUCCESS "
	    "URL_RETRIEVAL_STATUS_ERROR URL_RETRIEVAL_STATUS_PAYWALL "
	    "URL_RETRIEVAL_STATUS_UNSAFE" },
	{ "VadSignalType",
	    "VAD_SIGNAL_TYPE_UNSPECIFIED VAD_SIGNAL_TYPE_SOS "
	    "VAD_SIGNAL_TYPE_EOS" },
	{ "VoiceActivityType",
	    "TYPE_UNSPECIFIED ACTIVITY_START ACTIVITY_END" },
};

static const char *
find(const struct definition *row, size_t count, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strncmp(row[i].name, name, n) == 0 &&
		    row[i].name[n] == '\0')
			return row[i].text;
	return NULL;
}

const char *
fieldtab_message(const char *name, size_t n)
{
	return find(messages, sizeof(messages) / sizeof(messages[0]), name, n);
}

const char *
fieldtab_enum(const char *name, size_t n)
{
	return find(enums, sizeof(enums) / sizeof(enums[0]), name, n);
}

const char *
fieldtab_message_name(size_t i)
{
	return i < sizeof(messages) / sizeof(messages[0]) ?
	    messages[i].name : NULL;
}

const char *
fieldtab_enum_name(size_t i)
{
	return i < sizeof(enums) / sizeof(enums[0]) ? enums[i].name : NULL;
}
