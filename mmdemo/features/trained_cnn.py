from mmdemo.features.image_base import AveragePooled


class TrainedCNNEncoder(AveragePooled):
    pass
